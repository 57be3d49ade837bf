//! Documents: numbered per kind, found by the caller's own reference.

use crate::items::{text, time};
use crate::ledger::invalid;
use crate::periods::PostingDates;
use crate::wire::{Document, Documents, LedgerEntry, Movement};
use axum::extract::{Query, State};
use crossdock_books::{Book, Json, Outcome, Tx, VendorError};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Deserialize;

/// The longest reference that fits the field.
const LONGEST: usize = 128;

/// What kinds of documents there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    SalesOrder,
    SalesOrderAmendment,
    GoodsIssue,
    Invoice,
    GoodsReceipt,
    CreditMemo,
    JournalEntry,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::SalesOrder,
        Self::SalesOrderAmendment,
        Self::GoodsIssue,
        Self::Invoice,
        Self::GoodsReceipt,
        Self::CreditMemo,
        Self::JournalEntry,
    ];

    /// The vendor's two or three letters, which every number begins with.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::SalesOrder => "SO",
            Self::SalesOrderAmendment => "SA",
            Self::GoodsIssue => "GI",
            Self::Invoice => "INV",
            Self::GoodsReceipt => "GR",
            Self::CreditMemo => "CM",
            Self::JournalEntry => "JE",
        }
    }
}

/// The header of a new document.
#[derive(Debug)]
pub(crate) struct DocumentHeader<'a> {
    pub(crate) kind: Kind,
    pub(crate) company: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) order: Option<&'a str>,
    pub(crate) customer: Option<&'a str>,
    pub(crate) total: Option<(i64, &'a str)>,
    pub(crate) text: Option<String>,
}

/// Refuses a head that could not be found again, and a duplicate where that is set.
pub(crate) fn check(tx: &Tx<'_>, kind: Kind, company: &str, reference: &str) -> Outcome<()> {
    for (name, value) in [("company", company), ("externalRef", reference)] {
        if value.trim().is_empty() || value.len() > LONGEST {
            return Err(invalid(format!(
                "{name}: 1 to {LONGEST} characters are needed"
            )));
        }
    }
    first_of_its_reference(tx, kind, company, reference)
}

/// Sets whether a second document of one kind under one reference is refused from now on, or booked.
pub(crate) fn refuse_duplicates(tx: &Tx<'_>, refuse: bool) -> Outcome<()> {
    if !refuse {
        tx.execute("DELETE FROM duplicate_check", [])?;
        return Ok(());
    }
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO duplicate_check VALUES (?1)")?;
    for kind in Kind::ALL {
        insert.execute([kind.code()])?;
    }
    Ok(())
}

/// Refuses a second document of its kind under its reference, where that is set; one that was cancelled counts, too.
fn first_of_its_reference(tx: &Tx<'_>, kind: Kind, company: &str, reference: &str) -> Outcome<()> {
    let before: Option<String> = tx
        .prepare_cached(
            "SELECT d.number FROM duplicate_check c JOIN document d ON d.kind = c.kind \
             WHERE c.kind = ?1 AND d.reference = ?2 AND d.company = ?3 LIMIT 1",
        )?
        .query_row(params![kind.code(), reference, company], |row| row.get(0))
        .optional()?;
    let Some(number) = before else { return Ok(()) };
    let message = format!("{number} stands under {reference}: nothing was booked");
    Err(VendorError::conflict("REFERENCE_EXISTS", message).into())
}

/// Writes the head under the next number of its kind; answers its row.
pub(crate) fn open(tx: &Tx<'_>, head: &DocumentHeader<'_>, dates: &PostingDates) -> Outcome<i64> {
    let last: i64 = tx
        .prepare_cached(
            "INSERT INTO number_range VALUES (?1, 1) \
             ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last",
        )?
        .query_row([head.kind.code()], |row| row.get(0))?;
    let number = format!("{}-{last:06}", head.kind.code());
    tx.prepare_cached(
        "INSERT INTO document (number, kind, company, reference, order_ref, customer, currency, \
         total_minor, posting_date, document_date, period, posted_at, text) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        number,
        head.kind.code(),
        head.company,
        head.reference,
        head.order,
        head.customer,
        head.total.map(|(_, currency)| currency),
        head.total.map(|(minor, _)| minor),
        dates.posting.to_string(),
        dates.document.to_string(),
        dates.period,
        tx.now().as_millisecond(),
        head.text
    ])?;
    tx.effect(head.kind.code(), number);
    Ok(tx.last_insert_rowid())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SearchQuery {
    company: String,
    #[serde(rename = "type")]
    kind: String,
    external_ref: String,
}

pub(crate) async fn search(
    State(book): State<Book>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<Documents>, VendorError> {
    let documents = book
        .read(|conn| {
            let mut found = conn.prepare_cached(
                "SELECT id FROM document WHERE company = ?1 AND kind = ?2 AND reference = ?3 \
             ORDER BY id",
            )?;
            let ids = found
                .query_map([&query.company, &query.kind, &query.external_ref], |row| {
                    row.get(0)
                })?
                .collect::<rusqlite::Result<Vec<i64>>>()?;
            ids.into_iter()
                .map(|id| read(conn, id))
                .collect::<rusqlite::Result<Vec<Document>>>()
        })
        .await?;
    Ok(Json(Documents { documents }))
}

/// A document with everything that was booked under it.
pub(crate) fn read(conn: &Connection, id: i64) -> rusqlite::Result<Document> {
    let mut document = conn
        .prepare_cached(
            "SELECT number, kind, company, reference, order_ref, period, posting_date, \
             document_date, posted_at, currency, total_minor, cancelled_at \
             FROM document WHERE id = ?1",
        )?
        .query_row([id], head)?;
    document.entries = conn
        .prepare_cached(
            "SELECT account, currency, debit_minor, credit_minor, text FROM journal_line \
             WHERE document = ?1 ORDER BY id",
        )?
        .query_map([id], |row| {
            let currency: String = row.get(1)?;
            Ok(LedgerEntry {
                account: row.get(0)?,
                debit: text(row.get(2)?, &currency),
                credit: text(row.get(3)?, &currency),
                text: row.get(4)?,
                currency,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    document.movements = conn
        .prepare_cached(
            "SELECT sku, location, condition, quantity FROM stock_move \
             WHERE document = ?1 ORDER BY id",
        )?
        .query_map([id], |row| {
            Ok(Movement {
                item: row.get(0)?,
                plant: row.get(1)?,
                stock_type: row.get(2)?,
                qty: row.get(3)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(document)
}

fn head(row: &Row<'_>) -> rusqlite::Result<Document> {
    let currency: Option<String> = row.get(9)?;
    let total: Option<i64> = row.get(10)?;
    let total = total
        .zip(currency.as_deref())
        .map(|(minor, currency)| text(minor, currency));
    Ok(Document {
        number: row.get(0)?,
        kind: row.get(1)?,
        company: row.get(2)?,
        external_ref: row.get(3)?,
        order_ref: row.get(4)?,
        fiscal_period: row.get(5)?,
        posting_date: row.get(6)?,
        dated: row.get(7)?,
        posted_at: time(row.get(8)?),
        currency,
        total,
        cancelled_at: row.get::<_, Option<i64>>(11)?.map(time),
        entries: Vec::new(),
        movements: Vec::new(),
    })
}
