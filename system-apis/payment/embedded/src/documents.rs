//! Captures and refunds as documents: two tables of one shape.

use crate::ledger::{Account, number};
use crate::payments::Payment;
use crate::wire::{ByReference, DocumentObject, Found, NewDocument};
use crossdock_books::{Book, Json, Outcome, Tx, VendorError};
use crossdock_model::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

/// Whether it is a capture or a refund.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DocumentKind {
    Capture,
    Refund,
}

impl DocumentKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Capture => "cap",
            Self::Refund => "ref",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Capture => "captures",
            Self::Refund => "refunds",
        }
    }

    /// The columns of an object; a capture cannot fail.
    fn columns(self) -> &'static str {
        match self {
            Self::Capture => {
                "id, merchant_account, payment, payment_reference, reference, amount, currency, \
                 status, created, settled, NULL, merchant_data"
            }
            Self::Refund => {
                "id, merchant_account, payment, payment_reference, reference, amount, currency, \
                 status, created, settled, failure, merchant_data"
            }
        }
    }
}

/// Writes a document that was accepted now and settles later.
pub(crate) fn accept(
    tx: &Tx<'_>,
    kind: DocumentKind,
    payment: &Payment,
    new: &NewDocument<'_>,
) -> Outcome<DocumentObject> {
    let table = kind.table();
    let last = format!("SELECT coalesce(max(seq), 0) FROM {table}");
    let (seq, id) = number(tx, kind.prefix(), &last)?;
    let document = DocumentObject {
        id,
        merchant_account: new.merchant_account.to_owned(),
        payment: payment.id.clone(),
        payment_reference: new.payment_reference.to_owned(),
        reference: new.reference.to_owned(),
        amount: new.amount,
        currency: new.currency.to_owned(),
        status: "accepted".into(),
        created: tx.now().as_millisecond(),
        settled: None,
        failure: None,
        merchant_data: new.merchant_data.map(str::to_owned),
    };
    tx.prepare_cached(&format!(
        "INSERT INTO {table} (seq, id, merchant_account, payment_reference, reference, payment, \
         amount, currency, status, merchant_data, created) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    ))?
    .execute(params![
        seq,
        document.id,
        document.merchant_account,
        document.payment_reference,
        document.reference,
        document.payment,
        document.amount,
        document.currency,
        document.status,
        document.merchant_data,
        document.created
    ])?;
    Ok(document)
}

/// The documents with a reference of the merchant's, oldest first.
pub(crate) async fn find(
    book: &Book,
    kind: DocumentKind,
    by: &ByReference,
) -> Result<Json<Found<DocumentObject>>, VendorError> {
    let (columns, table) = (kind.columns(), kind.table());
    let data = book
        .read(|conn| {
            conn.prepare_cached(&format!(
                "SELECT {columns} FROM {table} \
             WHERE reference = ?1 AND merchant_account = ?2 ORDER BY seq"
            ))?
            .query_map(params![by.reference, by.merchant_account], object)?
            .collect()
        })
        .await?;
    Ok(Json(Found { data }))
}

/// Some documents that were accepted by then and have not settled, oldest first.
pub(crate) fn unsettled(
    tx: &Tx<'_>,
    kind: DocumentKind,
    accepted_by: Timestamp,
    reference: Option<&str>,
    most: usize,
) -> rusqlite::Result<Vec<DocumentObject>> {
    let (columns, table) = (kind.columns(), kind.table());
    tx.prepare_cached(&format!(
        "SELECT {columns} FROM {table} \
         WHERE status = 'accepted' AND created <= ?1 AND (?2 IS NULL OR reference = ?2) \
         ORDER BY created LIMIT {most}"
    ))?
    .query_map(params![accepted_by.as_millisecond(), reference], object)?
    .collect()
}

/// The document with that id.
pub(crate) fn by_id(
    tx: &Tx<'_>,
    kind: DocumentKind,
    id: &str,
    account: &str,
) -> rusqlite::Result<Option<DocumentObject>> {
    let (columns, table) = (kind.columns(), kind.table());
    tx.prepare_cached(&format!(
        "SELECT {columns} FROM {table} WHERE id = ?1 AND merchant_account = ?2"
    ))?
    .query_row(params![id, account], object)
    .optional()
}

/// What a document moved on an account when it was of that kind, by payment.
pub(crate) fn parts(
    tx: &Tx<'_>,
    document: &str,
    account: Account,
    kind: &str,
) -> rusqlite::Result<Vec<(String, i64)>> {
    tx.prepare_cached(
        "SELECT payment, amount FROM ledger WHERE document = ?1 AND account = ?2 AND kind = ?3",
    )?
    .query_map(params![document, account.as_str(), kind], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?
    .collect()
}

fn object(row: &Row<'_>) -> rusqlite::Result<DocumentObject> {
    Ok(DocumentObject {
        id: row.get(0)?,
        merchant_account: row.get(1)?,
        payment: row.get(2)?,
        payment_reference: row.get(3)?,
        reference: row.get(4)?,
        amount: row.get(5)?,
        currency: row.get(6)?,
        status: row.get(7)?,
        created: row.get(8)?,
        settled: row.get(9)?,
        failure: row.get(10)?,
        merchant_data: row.get(11)?,
    })
}
