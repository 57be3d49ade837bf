//! Transactions: tax that is owed, one for each code.

use crate::totals;
use crate::wire::{ByCode, Line, NewTransaction, Transaction, check_lines};
use axum::extract::Query;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;

/// `POST /v1/transactions`: declares tax as owed, once for its code.
pub(crate) async fn commit(
    entry: Entry,
    Json(new): Json<NewTransaction>,
) -> Result<Json<Transaction>, VendorError> {
    let tax = check_lines(&new.lines)?;
    let committed = entry.write(move |tx| keep(tx, &new, tax));
    Ok(Json(committed.await?))
}

fn keep(tx: &Tx<'_>, new: &NewTransaction, tax: i64) -> Outcome<Transaction> {
    let content = json!([new.order_number, new.currency, new.lines]).to_string();
    if let Some((there, same)) = load_with(tx, &new.company, &new.code, &content)? {
        if same {
            tx.effect("transaction", &there.id);
            return Ok(there);
        }
        let message = format!("{} exists with other content: use a new code", new.code);
        return Err(VendorError::conflict("code_taken", message).into());
    }
    let created = tx.now().as_millisecond();
    let last: i64 = tx
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM transactions")?
        .query_row([], |row| row.get(0))?;
    let id = format!("txn_{created:x}{:04x}", last + 1);
    tx.prepare_cached(
        "INSERT INTO transactions (seq, id, company, code, order_number, currency, tax, content, \
         created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        last + 1,
        id,
        new.company,
        new.code,
        new.order_number,
        new.currency,
        tax,
        content,
        created
    ])?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO transaction_lines (transaction_id, number, amount, tax) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for line in &new.lines {
        insert.execute(params![id, line.number, line.amount, line.tax])?;
    }
    totals::add(tx, &new.currency, tax, 0)?;
    tx.effect("transaction", &id);
    Ok(Transaction {
        id,
        code: new.code.clone(),
        order_number: new.order_number.clone(),
        currency: new.currency.clone(),
        lines: new.lines.clone(),
        tax,
        refunded: 0,
        created,
    })
}

/// The transaction with that code.
pub(crate) fn load(
    conn: &Connection,
    company: &str,
    code: &str,
) -> rusqlite::Result<Option<Transaction>> {
    Ok(load_with(conn, company, code, "")?.map(|(transaction, _same)| transaction))
}

/// The transaction with that code, and whether its content is this.
fn load_with(
    conn: &Connection,
    company: &str,
    code: &str,
    content: &str,
) -> rusqlite::Result<Option<(Transaction, bool)>> {
    let found = conn
        .prepare_cached(
            "SELECT id, code, order_number, currency, tax, refunded, created, content = ?3 \
             FROM transactions WHERE code = ?1 AND company = ?2",
        )?
        .query_row(params![code, company, content], |row| {
            Ok((head(row)?, row.get(7)?))
        })
        .optional()?;
    let Some((mut transaction, same)) = found else {
        return Ok(None);
    };
    transaction.lines = lines(
        conn,
        "SELECT number, amount, tax FROM transaction_lines WHERE transaction_id = ?1 ORDER BY rowid",
        &transaction.id,
    )?;
    Ok(Some((transaction, same)))
}

fn head(row: &Row<'_>) -> rusqlite::Result<Transaction> {
    Ok(Transaction {
        id: row.get(0)?,
        code: row.get(1)?,
        order_number: row.get(2)?,
        currency: row.get(3)?,
        lines: Vec::new(),
        tax: row.get(4)?,
        refunded: row.get(5)?,
        created: row.get(6)?,
    })
}

pub(crate) fn lines(conn: &Connection, sql: &str, of: &str) -> rusqlite::Result<Vec<Line>> {
    conn.prepare_cached(sql)?
        .query_map([of], |row| {
            Ok(Line {
                number: row.get(0)?,
                amount: row.get(1)?,
                tax: row.get(2)?,
            })
        })?
        .collect()
}

/// `GET /v1/transactions`: the transaction with that code.
pub(crate) async fn find(
    entry: Entry,
    Query(wanted): Query<ByCode>,
) -> Result<Json<Transaction>, VendorError> {
    let found = entry
        .book()
        .read(|conn| load(conn, &wanted.company, &wanted.code))
        .await?;
    found
        .map(Json)
        .ok_or_else(|| VendorError::not_found("transaction"))
}
