//! The rate table: which rate holds where, for what, on which day.

use crate::seed::RateSeed;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use crossdock_model::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension as _, params};

/// A rate that holds now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub(crate) millionths: i64,
    /// When another one takes its place.
    pub(crate) changes_at: Option<Timestamp>,
}

/// The day it is, by UTC: rates change at its midnight.
fn day(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

fn midnight(day: &str) -> Option<Timestamp> {
    let zoned = day.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

/// The region's own rate, else the whole country's.
pub(crate) fn find(
    conn: &Connection,
    country: &str,
    region: &str,
    category: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<Rate>> {
    let today = day(now).to_string();
    for region in [region, ""] {
        let rate: Option<i64> = conn
            .prepare_cached(
                "SELECT rate_millionths FROM rates WHERE country = ?1 AND region = ?2 \
                 AND category = ?3 AND valid_from <= ?4 ORDER BY valid_from DESC LIMIT 1",
            )?
            .query_row(params![country, region, category, today], |row| row.get(0))
            .optional()?;
        let Some(millionths) = rate else { continue };
        let next: Option<String> = conn
            .prepare_cached(
                "SELECT min(valid_from) FROM rates WHERE country = ?1 AND region = ?2 \
                 AND category = ?3 AND valid_from > ?4",
            )?
            .query_row(params![country, region, category, today], |row| row.get(0))?;
        return Ok(Some(Rate {
            millionths,
            changes_at: next.as_deref().and_then(midnight),
        }));
    }
    Ok(None)
}

/// Whether anything at all is taxed there.
pub(crate) fn knows(conn: &Connection, country: &str, region: &str) -> rusqlite::Result<bool> {
    conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM rates WHERE country = ?1 AND region IN (?2, ''))",
    )?
    .query_row(params![country, region], |row| row.get(0))
}

/// Adds a rate; one for the same day stays as it is.
pub(crate) fn add(tx: &Tx<'_>, rate: &RateSeed) -> Outcome<()> {
    if rate.rate_millionths < 0 {
        let message = "a rate is in millionths, from 0";
        return Err(VendorError::unprocessable("rate_invalid", message).into());
    }
    tx.prepare_cached(
        "INSERT OR IGNORE INTO rates (country, region, category, valid_from, rate_millionths) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        rate.country,
        rate.region,
        rate.category,
        rate.valid_from.to_string(),
        rate.rate_millionths
    ])?;
    Ok(())
}

/// `POST /v1/rates`: a rate that begins on a later day.
pub(crate) async fn change(
    entry: Entry,
    Json(rate): Json<RateSeed>,
) -> Result<Json<RateSeed>, VendorError> {
    if rate.valid_from <= day(entry.book().now()) {
        let message = format!(
            "{} has begun: a rate begins tomorrow or later",
            rate.valid_from
        );
        return Err(VendorError::conflict("day_has_begun", message));
    }
    let changed = rate.clone();
    entry.write(move |tx| add(tx, &changed)).await?;
    Ok(Json(rate))
}
