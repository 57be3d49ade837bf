//! Quantities per item, plant and stock type: every change a move, every move in the balance.

use crate::items::at_most;
use axum::extract::State;
use crossdock_books::{Book, Json, Outcome, Tx, VendorError};
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

/// A change of stock; negative when goods leave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Move<'a> {
    pub(crate) sku: &'a str,
    pub(crate) plant: &'a str,
    pub(crate) stock_type: &'a str,
    pub(crate) quantity: i64,
}

/// Writes a move and what it makes of the balance.
pub(crate) fn book(tx: &Tx<'_>, document: Option<i64>, moved: &Move<'_>) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO stock_move (document, sku, location, condition, quantity, moved_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        document,
        moved.sku,
        moved.plant,
        moved.stock_type,
        moved.quantity,
        tx.now().as_millisecond()
    ])?;
    // Two statements: a CHECK on the proposed row of an upsert would refuse every issue.
    tx.prepare_cached("INSERT OR IGNORE INTO stock VALUES (?1, ?2, ?3, 0)")?
        .execute(params![moved.sku, moved.plant, moved.stock_type])?;
    tx.prepare_cached(
        "UPDATE stock SET on_hand = on_hand + ?4 \
         WHERE sku = ?1 AND location = ?2 AND condition = ?3",
    )?
    .execute(params![
        moved.sku,
        moved.plant,
        moved.stock_type,
        moved.quantity
    ])?;
    Ok(())
}

/// Refuses to take more than there is.
pub(crate) fn enough(tx: &Tx<'_>, wanted: &Move<'_>) -> Outcome<()> {
    let there: Option<i64> = tx
        .prepare_cached(
            "SELECT on_hand FROM stock WHERE sku = ?1 AND location = ?2 AND condition = ?3",
        )?
        .query_row(
            params![wanted.sku, wanted.plant, wanted.stock_type],
            |row| row.get(0),
        )
        .optional()?;
    let there = there.unwrap_or(0);
    if there >= wanted.quantity {
        return Ok(());
    }
    let Move {
        sku,
        plant,
        stock_type,
        quantity,
    } = wanted;
    let message = format!("{quantity} of {sku} ({stock_type}) asked at {plant}, {there} there");
    Err(VendorError::unprocessable("STOCK_DEFICIT", message).into())
}

/// Refuses a plant that does not exist.
pub(crate) fn plant(tx: &Tx<'_>, plant: &str) -> Outcome<()> {
    let known: bool = tx
        .prepare_cached("SELECT count(*) > 0 FROM plant WHERE id = ?1")?
        .query_row([plant], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    let message = format!("'{plant}' is no plant: create it first");
    Err(VendorError::unprocessable("UNKNOWN_PLANT", message).into())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    codes: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stock {
    read_at: String,
    quants: Vec<Quant>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quant {
    pub(crate) item: String,
    pub(crate) plant: String,
    pub(crate) stock_type: String,
    pub(crate) qty: i64,
}

pub(crate) async fn search(
    State(book): State<Book>,
    Json(search): Json<Search>,
) -> Result<Json<Stock>, VendorError> {
    at_most(search.codes.len())?;
    let read_at = book.now().to_string();
    let quants = book
        .read(|conn| {
            // One snapshot for all of them.
            let snapshot = conn.unchecked_transaction()?;
            let mut quants = Vec::new();
            for code in &search.codes {
                let mut found = snapshot.prepare_cached(
                    "SELECT sku, location, condition, on_hand FROM stock WHERE sku = ?1 \
                 ORDER BY location, condition",
                )?;
                for quant in found.query_map([code], quant)? {
                    quants.push(quant?);
                }
            }
            Ok(quants)
        })
        .await?;
    Ok(Json(Stock { read_at, quants }))
}

pub(crate) fn quant(row: &rusqlite::Row<'_>) -> rusqlite::Result<Quant> {
    Ok(Quant {
        item: row.get(0)?,
        plant: row.get(1)?,
        stock_type: row.get(2)?,
        qty: row.get(3)?,
    })
}
