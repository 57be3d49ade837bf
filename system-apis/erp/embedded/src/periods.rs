//! Posting periods: calendar months that finance closes and opens.

use axum::extract::{Path, State};
use crossdock_books::{Book, Entry, Json, Outcome, Tx, VendorError};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, params};
use serde::Serialize;

/// How far ahead an open period is looked for.
const MONTHS_AHEAD: usize = 24;

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Period {
    #[serde(rename = "period")]
    name: String,
    state: &'static str,
    next_open: Option<String>,
}

/// The dates that a document is booked under.
#[derive(Debug, Clone)]
pub(crate) struct PostingDates {
    pub(crate) posting: Date,
    pub(crate) document: Date,
    pub(crate) period: String,
}

pub(crate) async fn show(
    State(book): State<Book>,
    Path(period): Path<String>,
) -> Result<Json<Period>, VendorError> {
    let first = first_day(&period)?;
    Ok(Json(book.read(|conn| status(conn, first)).await?))
}

pub(crate) async fn close(
    entry: Entry,
    Path(period): Path<String>,
) -> Result<Json<Period>, VendorError> {
    let first = first_day(&period)?;
    let closed = entry.write(move |tx| {
        let at = tx.now().as_millisecond();
        tx.prepare_cached("INSERT OR IGNORE INTO closed_period VALUES (?1, ?2)")?
            .execute(params![name(first), at])?;
        tx.effect("period-closed", name(first));
        Ok(status(tx, first)?)
    });
    Ok(Json(closed.await?))
}

pub(crate) async fn open(
    entry: Entry,
    Path(period): Path<String>,
) -> Result<Json<Period>, VendorError> {
    let first = first_day(&period)?;
    let opened = entry.write(move |tx| {
        tx.prepare_cached("DELETE FROM closed_period WHERE period = ?1")?
            .execute([name(first)])?;
        tx.effect("period-opened", name(first));
        Ok(status(tx, first)?)
    });
    Ok(Json(opened.await?))
}

/// The dates of a posting, refused when its period is closed.
pub(crate) fn admit(
    tx: &Tx<'_>,
    posting: Option<Date>,
    document: Option<Date>,
) -> Outcome<PostingDates> {
    let booked = today(tx, posting, document);
    if !is_closed(tx, &booked.period)? {
        return Ok(booked);
    }
    let message = format!("period {} is closed: post into an open one", booked.period);
    Err(VendorError::conflict("PERIOD_CLOSED", message).into())
}

/// The dates of a document that books nothing.
pub(crate) fn today(tx: &Tx<'_>, posting: Option<Date>, document: Option<Date>) -> PostingDates {
    let today = tx.now().to_zoned(TimeZone::UTC).date();
    let posting = posting.unwrap_or(today);
    PostingDates {
        posting,
        document: document.unwrap_or(posting),
        period: name(posting),
    }
}

fn status(conn: &Connection, first: Date) -> rusqlite::Result<Period> {
    let closed = is_closed(conn, &name(first))?;
    let mut next_open = None;
    let mut month = first;
    for _ahead in 0..MONTHS_AHEAD {
        if !closed || next_open.is_some() {
            break;
        }
        month = month.saturating_add(1.month());
        if !is_closed(conn, &name(month))? {
            next_open = Some(month.to_string());
        }
    }
    let state = if closed { "closed" } else { "open" };
    Ok(Period {
        name: name(first),
        state,
        next_open,
    })
}

fn is_closed(conn: &Connection, period: &str) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT count(*) > 0 FROM closed_period WHERE period = ?1")?
        .query_row([period], |row| row.get(0))
}

fn name(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

fn first_day(period: &str) -> Result<Date, VendorError> {
    format!("{period}-01")
        .parse()
        .map_err(|_not_a_date: jiff::Error| {
            let message = format!("'{period}' is no period: write year and month, 2026-11");
            VendorError::unprocessable("UNKNOWN_PERIOD", message)
        })
}
