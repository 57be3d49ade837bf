//! Calculations: what tax a basket would bear, good for a day.

use crate::rates;
use crate::wire::{ById, CalculatedLine, Calculation, NewCalculation};
use axum::extract::Query;
use crossdock_books::{Entry, JobError, Json, Outcome, Tx, VendorError};
use crossdock_model::{Currency, Money, Timestamp};
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;
use std::time::Duration;

/// How long a calculation may be relied on, unless a rate changes before.
const CALCULATION_LIFETIME: Duration = Duration::from_hours(24);

/// `POST /v1/calculations`: the tax of a basket, kept until it expires.
pub(crate) async fn calculate(
    entry: Entry,
    Json(new): Json<NewCalculation>,
) -> Result<Json<Calculation>, VendorError> {
    let currency = Currency::from_code(&new.currency).ok_or_else(|| {
        let message = format!("'{}' is no ISO 4217 code", new.currency);
        VendorError::unprocessable("currency_unknown", message)
    })?;
    let calculated = entry.write(move |tx| keep(tx, &new, currency));
    Ok(Json(calculated.await?))
}

fn keep(tx: &Tx<'_>, new: &NewCalculation, currency: Currency) -> Outcome<Calculation> {
    let mut calculation = work_out(tx, new, currency)?;
    let (now, expires) = (tx.now().as_millisecond(), calculation.expires);
    let last: i64 = tx
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM calculations")?
        .query_row([], |row| row.get(0))?;
    calculation.id = format!("calc_{now:x}{:04x}", last + 1);
    let body = serde_json::to_string(&calculation).map_err(|error| unwritable(&error))?;
    // Long expired ones make room; the newest stays, so that numbers never repeat.
    tx.prepare_cached(
        "DELETE FROM calculations WHERE seq IN \
         (SELECT seq FROM calculations WHERE expires < ?1 ORDER BY expires LIMIT 4) AND seq < ?2",
    )?
    .execute(params![now - WEEK_MS, last])?;
    tx.prepare_cached(
        "INSERT INTO calculations (seq, id, company, created, expires, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        last + 1,
        calculation.id,
        new.company,
        now,
        expires,
        body
    ])?;
    tx.effect("calculation", &calculation.id);
    Ok(calculation)
}

/// How long an expired calculation can still be looked at.
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;

fn work_out(tx: &Tx<'_>, new: &NewCalculation, currency: Currency) -> Outcome<Calculation> {
    let now = tx.now();
    let mut expires = now
        .saturating_add(CALCULATION_LIFETIME)
        .unwrap_or(Timestamp::MAX);
    let (country, region) = (&new.ship_to.country, &new.ship_to.region);
    if !rates::knows(tx, country, region)? {
        let message = format!("no rates for {country}-{region}: check the destination");
        let no = VendorError::unprocessable("jurisdiction_unknown", message);
        return Err(no.into());
    }
    let mut lines = Vec::with_capacity(new.lines.len());
    let mut total = Money::zero(currency);
    for (index, line) in new.lines.iter().enumerate() {
        let rate = rates::find(tx, country, region, &line.tax_code, now)?.ok_or_else(|| {
            let message = format!("no rate for '{}' in {country}-{region}", line.tax_code);
            VendorError::unprocessable("tax_code_unknown", message)
                .with_details(json!({ "line": index }))
        })?;
        if line.amount < 0 {
            let message = format!("line {}: amounts are minor units from 0", line.number);
            return Err(VendorError::unprocessable("lines_invalid", message).into());
        }
        let tax = Money::new(line.amount, currency)
            .ratio(rate.millionths, 1_000_000)
            .map_err(|error| too_large(&error))?;
        total = total.plus(tax).map_err(|error| too_large(&error))?;
        expires = rate.changes_at.map_or(expires, |at| at.min(expires));
        lines.push(CalculatedLine {
            number: line.number.clone(),
            rate_millionths: rate.millionths,
            tax: tax.minor,
        });
    }
    Ok(Calculation {
        id: String::new(),
        currency: new.currency.clone(),
        expires: expires.as_millisecond(),
        lines,
        total: total.minor,
    })
}

fn too_large(error: &crossdock_model::MoneyError) -> VendorError {
    VendorError::unprocessable("amount_too_large", error.to_string())
}

fn unwritable(error: &serde_json::Error) -> JobError<VendorError> {
    VendorError::unprocessable("lines_invalid", error.to_string()).into()
}

/// `GET /v1/calculations`: 410 once it has expired.
pub(crate) async fn find(
    entry: Entry,
    Query(wanted): Query<ById>,
) -> Result<Json<Calculation>, VendorError> {
    let body: Option<String> = entry
        .book()
        .read(|conn| {
            conn.prepare_cached("SELECT body FROM calculations WHERE id = ?1 AND company = ?2")?
                .query_row(params![wanted.id, wanted.company], |row| row.get(0))
                .optional()
        })
        .await?;
    let body = body.ok_or_else(|| VendorError::not_found("calculation"))?;
    let calculation: Calculation = serde_json::from_str(&body)
        .map_err(|error| VendorError::gone("calculation_unreadable", error.to_string()))?;
    if calculation.expires <= entry.book().now().as_millisecond() {
        let message = format!("{} has expired: calculate again", wanted.id);
        return Err(VendorError::gone("calculation_expired", message));
    }
    Ok(Json(calculation))
}
