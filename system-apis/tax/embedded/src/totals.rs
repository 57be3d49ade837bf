//! What is owed in all: the auditor's view, summed from the lines.

use crossdock_books::{Entry, Json, VendorError};
use serde::Serialize;

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
                "SELECT currency, sum(committed), sum(reversed) FROM ( \
             SELECT t.currency, l.tax AS committed, 0 AS reversed \
             FROM transaction_lines l JOIN transactions t ON t.id = l.transaction_id \
             UNION ALL SELECT r.currency, 0, l.tax \
             FROM refund_lines l JOIN refunds r ON r.id = l.refund_id) \
             GROUP BY currency ORDER BY currency",
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
