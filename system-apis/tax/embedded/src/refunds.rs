//! Refunds: owed tax taken back, never more than was owed.

use crate::totals;
use crate::transactions::{lines, load};
use crate::wire::{ByRefundCode, Line, NewRefund, Refund, check_lines};
use axum::extract::Query;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;

/// `POST /v1/refunds`: takes tax of a transaction back, once for its code.
pub(crate) async fn refund(
    entry: Entry,
    Json(new): Json<NewRefund>,
) -> Result<Json<Refund>, VendorError> {
    let tax = check_lines(&new.lines)?;
    let refunded = entry.write(move |tx| keep(tx, &new, tax));
    Ok(Json(refunded.await?))
}

fn keep(tx: &Tx<'_>, new: &NewRefund, tax: i64) -> Outcome<Refund> {
    let content = json!([new.currency, new.lines]).to_string();
    let codes = (&*new.company, &*new.transaction_code, &*new.code);
    if let Some((there, same)) = load_refund(tx, codes, &content)? {
        if same {
            tx.effect("refund", &there.id);
            return Ok(there);
        }
        let message = format!("{} exists with other content: use a new code", new.code);
        return Err(VendorError::conflict("code_taken", message).into());
    }
    let transaction = load(tx, &new.company, &new.transaction_code)?
        .filter(|transaction| transaction.currency == new.currency)
        .ok_or_else(|| VendorError::not_found("transaction of that currency"))?;
    for line in &new.lines {
        check_room(tx, &transaction.id, line)?;
    }
    let created = tx.now().as_millisecond();
    let last: i64 = tx
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM refunds")?
        .query_row([], |row| row.get(0))?;
    let id = format!("txr_{created:x}{:04x}", last + 1);
    tx.prepare_cached(
        "INSERT INTO refunds (seq, id, company, transaction_code, code, currency, tax, content, \
         created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        last + 1,
        id,
        new.company,
        new.transaction_code,
        new.code,
        new.currency,
        tax,
        content,
        created
    ])?;
    for line in &new.lines {
        take_back(tx, &id, &transaction.id, line)?;
    }
    tx.prepare_cached("UPDATE transactions SET refunded = refunded + ?2 WHERE id = ?1")?
        .execute(params![transaction.id, tax])?;
    totals::add(tx, &new.currency, 0, tax)?;
    tx.effect("refund", &id);
    Ok(Refund {
        id,
        transaction_code: new.transaction_code.clone(),
        code: new.code.clone(),
        currency: new.currency.clone(),
        lines: new.lines.clone(),
        tax,
        created,
    })
}

/// Refuses a line that was never owed, or takes back more than is left of it.
fn check_room(tx: &Tx<'_>, transaction: &str, line: &Line) -> Outcome<()> {
    let left: Option<(i64, i64)> = tx
        .prepare_cached(
            "SELECT amount - refunded_amount, tax - refunded_tax FROM transaction_lines \
             WHERE transaction_id = ?1 AND number = ?2",
        )?
        .query_row(params![transaction, line.number], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let (amount, tax) = left.unwrap_or((0, 0));
    if line.amount > amount || line.tax > tax {
        let Line { number, .. } = line;
        let message = format!(
            "line {number}: {} with tax {} asked, {amount} with tax {tax} left",
            line.amount, line.tax
        );
        return Err(VendorError::conflict("refund_exceeds_transaction", message).into());
    }
    Ok(())
}

fn take_back(tx: &Tx<'_>, refund: &str, transaction: &str, line: &Line) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO refund_lines (refund_id, number, amount, tax) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![refund, line.number, line.amount, line.tax])?;
    tx.prepare_cached(
        "UPDATE transaction_lines SET refunded_amount = refunded_amount + ?3, \
         refunded_tax = refunded_tax + ?4 WHERE transaction_id = ?1 AND number = ?2",
    )?
    .execute(params![transaction, line.number, line.amount, line.tax])?;
    Ok(())
}

/// The refund with those codes (company, transaction, its own), and whether its content is this.
fn load_refund(
    conn: &Connection,
    (company, transaction, code): (&str, &str, &str),
    content: &str,
) -> rusqlite::Result<Option<(Refund, bool)>> {
    let found = conn
        .prepare_cached(
            "SELECT id, transaction_code, code, currency, tax, created, content = ?4 FROM refunds \
             WHERE code = ?1 AND transaction_code = ?2 AND company = ?3",
        )?
        .query_row(params![code, transaction, company, content], |row| {
            let refund = Refund {
                id: row.get(0)?,
                transaction_code: row.get(1)?,
                code: row.get(2)?,
                currency: row.get(3)?,
                lines: Vec::new(),
                tax: row.get(4)?,
                created: row.get(5)?,
            };
            Ok((refund, row.get(6)?))
        })
        .optional()?;
    let Some((mut refund, same)) = found else {
        return Ok(None);
    };
    let sql = "SELECT number, amount, tax FROM refund_lines WHERE refund_id = ?1 ORDER BY rowid";
    refund.lines = lines(conn, sql, &refund.id)?;
    Ok(Some((refund, same)))
}

/// `GET /v1/refunds`: the refund of a transaction with that code.
pub(crate) async fn find(
    entry: Entry,
    Query(wanted): Query<ByRefundCode>,
) -> Result<Json<Refund>, VendorError> {
    let codes = (&*wanted.company, &*wanted.transaction_code, &*wanted.code);
    let found = entry
        .book()
        .read(|conn| load_refund(conn, codes, ""))
        .await?;
    let (refund, _same) = found.ok_or_else(|| VendorError::not_found("refund"))?;
    Ok(Json(refund))
}
