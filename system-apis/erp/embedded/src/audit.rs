//! What an outsider reads to check the books: the balances kept beside the entries, and documents by reference.

use crate::documents;
use crate::items::text;
use crate::stock::{Quant, quant};
use crate::wire::Document;
use axum::extract::{Query, State};
use crossdock_books::{Book, Json, VendorError};
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BooksQuery {
    /// The company whose books are asked for; every company's where absent.
    company: Option<String>,
    /// With every document under that reference, or of that order.
    reference: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Books {
    /// Per account, as it is kept beside the journal.
    balances: Vec<Sum>,
    /// Per item, plant and stock type, as it is kept beside the moves.
    stock: Vec<Quant>,
    documents: Vec<Document>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sum {
    account: String,
    name: String,
    currency: String,
    debit: String,
    credit: String,
}

pub(crate) async fn books(
    State(book): State<Book>,
    Query(query): Query<BooksQuery>,
) -> Result<Json<Books>, VendorError> {
    let company = query.company.as_deref();
    let books = book
        .read(|conn| {
            // One snapshot, so that what is kept apart can be compared.
            let conn = conn.unchecked_transaction()?;
            Ok(Books {
                balances: balances(&conn, company)?,
                stock: stock(&conn)?,
                documents: match &query.reference {
                    Some(reference) => found(&conn, company, reference)?,
                    None => Vec::new(),
                },
            })
        })
        .await?;
    Ok(Json(books))
}

fn balances(conn: &Connection, company: Option<&str>) -> rusqlite::Result<Vec<Sum>> {
    conn.prepare_cached(
        "SELECT l.account, a.name, l.currency, sum(l.debit_minor), sum(l.credit_minor) \
         FROM account_balance l JOIN account a ON a.number = l.account \
         WHERE ?1 IS NULL OR l.company = ?1 GROUP BY 1, 2, 3 ORDER BY 1, 3",
    )?
    .query_map([company], sum)?
    .collect()
}

fn sum(row: &Row<'_>) -> rusqlite::Result<Sum> {
    let currency: String = row.get(2)?;
    Ok(Sum {
        account: row.get(0)?,
        name: row.get(1)?,
        debit: text(row.get(3)?, &currency),
        credit: text(row.get(4)?, &currency),
        currency,
    })
}

fn stock(conn: &Connection) -> rusqlite::Result<Vec<Quant>> {
    conn.prepare_cached("SELECT sku, location, condition, on_hand FROM stock ORDER BY 1, 2, 3")?
        .query_map([], quant)?
        .collect()
}

fn found(
    conn: &Connection,
    company: Option<&str>,
    reference: &str,
) -> rusqlite::Result<Vec<Document>> {
    let mut wanted = conn.prepare_cached(
        "SELECT id FROM document WHERE reference = ?2 AND (?1 IS NULL OR company = ?1) \
         UNION SELECT id FROM document WHERE order_ref = ?2 AND (?1 IS NULL OR company = ?1) \
         ORDER BY 1",
    )?;
    let ids = wanted
        .query_map((company, reference), |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    ids.into_iter()
        .map(|id| documents::read(conn, id))
        .collect()
}
