//! What is owed in all, kept beside the lines that it sums up.

use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use serde::Serialize;

/// Adds tax that is owed, and tax that was taken back, to the total of their currency.
pub(crate) fn add(tx: &Tx<'_>, currency: &str, committed: i64, reversed: i64) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO totals (currency, committed, reversed) VALUES (?1, ?2, ?3) \
         ON CONFLICT (currency) DO UPDATE SET committed = committed + excluded.committed, \
         reversed = reversed + excluded.reversed",
    )?
    .execute((currency, committed, reversed))?;
    Ok(())
}

/// The tax of one currency.
#[derive(Debug, Serialize)]
pub(crate) struct Total {
    currency: String,
    committed: i64,
    reversed: i64,
    owed: i64,
}

/// The totals of every currency.
#[derive(Debug, Serialize)]
pub(crate) struct Totals {
    totals: Vec<Total>,
}

/// `GET /v1/books`: what is owed and taken back, for an auditor.
pub(crate) async fn totals(entry: Entry) -> Result<Json<Totals>, VendorError> {
    let totals = entry
        .book()
        .read(|conn| {
            conn.prepare_cached(
                "SELECT currency, committed, reversed FROM totals ORDER BY currency",
            )?
            .query_map([], |row| {
                let (committed, reversed): (i64, i64) = (row.get(1)?, row.get(2)?);
                Ok(Total {
                    currency: row.get(0)?,
                    committed,
                    reversed,
                    owed: committed - reversed,
                })
            })?
            .collect()
        })
        .await?;
    Ok(Json(Totals { totals }))
}
