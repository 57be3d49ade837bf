//! Postings: each request books once more, whatever was booked before.

use crate::documents::{self, DocumentHeader, Kind};
use crate::ledger::{self, Line, amount, invalid};
use crate::periods::{self, PostingDates};
use crate::schema::{COST_OF_GOODS_SOLD, INVENTORY, UNRESTRICTED};
use crate::stock::{self, Move};
use crate::wire::{
    Document, Documents, GoodsItem, NewCreditMemo, NewCustomerReturn, NewGoodsIssue, NewInvoice,
    NewJournalEntry, PostingHeader,
};
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError, too_large, total};
use rusqlite::{OptionalExtension as _, params};
use std::collections::BTreeMap;

/// The most of one item on one line.
const MOST: i64 = 1_000_000;

pub(crate) async fn goods_issue(
    entry: Entry,
    Json(issue): Json<NewGoodsIssue>,
) -> Result<Json<Document>, VendorError> {
    let booked = entry.write(move |tx| {
        let dates = admit(tx, Kind::GoodsIssue, &issue.head)?;
        stock::plant(tx, &issue.plant)?;
        let goods = moves(tx, &issue.items, &issue.plant, Some(UNRESTRICTED))?;
        for (moved, _) in &goods {
            stock::enough(tx, moved)?;
        }
        let lines = at_cost(&goods, COST_OF_GOODS_SOLD, INVENTORY)?;
        let head = head(Kind::GoodsIssue, &issue.head, &issue.order_ref);
        let id = documents::open(tx, &head, &dates)?;
        detail(
            tx,
            id,
            &issue.items.iter().map(Detail::from).collect::<Vec<_>>(),
        )?;
        for (moved, _) in &goods {
            stock::book(
                tx,
                Some(id),
                &Move {
                    quantity: -moved.quantity,
                    ..*moved
                },
            )?;
        }
        ledger::book(tx, id, &issue.head.company, &lines)?;
        Ok(documents::read(tx, id)?)
    });
    Ok(Json(booked.await?))
}

pub(crate) async fn invoice(
    entry: Entry,
    Json(invoice): Json<NewInvoice>,
) -> Result<Json<Document>, VendorError> {
    let booked = entry.write(move |tx| {
        let dates = admit(tx, Kind::Invoice, &invoice.head)?;
        let mut details = Vec::new();
        for item in &invoice.items {
            cost(tx, &item.item, item.qty)?;
            details.push(Detail {
                line: &item.line,
                sku: &item.item,
                quantity: item.qty,
                currency: Some(&invoice.currency),
                unit: None,
                net: Some(amount(&item.net, &invoice.currency)?),
                tax: Some(amount(&item.tax, &invoice.currency)?),
            });
        }
        let lines = ledger::check(tx, &invoice.entries)?;
        let head = head(Kind::Invoice, &invoice.head, &invoice.order_ref);
        let id = documents::open(tx, &head, &dates)?;
        detail(tx, id, &details)?;
        ledger::book(tx, id, &invoice.head.company, &lines)?;
        Ok(documents::read(tx, id)?)
    });
    Ok(Json(booked.await?))
}

/// Goods receipt, and the credit memo in the same transaction where one is asked for.
pub(crate) async fn customer_return(
    entry: Entry,
    Json(goods): Json<NewCustomerReturn>,
) -> Result<Json<Documents>, VendorError> {
    let booked = entry.write(move |tx| {
        let dates = admit(tx, Kind::GoodsReceipt, &goods.head)?;
        stock::plant(tx, &goods.plant)?;
        let back = moves(tx, &goods.items, &goods.plant, None)?;
        let credit = goods
            .credit
            .as_deref()
            .map(|entries| ledger::check(tx, entries))
            .transpose()?;
        let company = &goods.head.company;
        if credit.is_some() {
            documents::check(tx, Kind::CreditMemo, company, &goods.head.external_ref)?;
        }
        let receipt = head(Kind::GoodsReceipt, &goods.head, &goods.order_ref);
        let id = documents::open(tx, &receipt, &dates)?;
        detail(
            tx,
            id,
            &goods.items.iter().map(Detail::from).collect::<Vec<_>>(),
        )?;
        for (moved, _) in &back {
            stock::book(tx, Some(id), moved)?;
        }
        ledger::book(
            tx,
            id,
            company,
            &at_cost(&back, INVENTORY, COST_OF_GOODS_SOLD)?,
        )?;
        let mut documents = vec![documents::read(tx, id)?];
        if let Some(lines) = &credit {
            let memo = head(Kind::CreditMemo, &goods.head, &goods.order_ref);
            let id = documents::open(tx, &memo, &dates)?;
            ledger::book(tx, id, company, lines)?;
            documents.push(documents::read(tx, id)?);
        }
        Ok(Documents { documents })
    });
    Ok(Json(booked.await?))
}

pub(crate) async fn credit_memo(
    entry: Entry,
    Json(memo): Json<NewCreditMemo>,
) -> Result<Json<Document>, VendorError> {
    let booked = entry.write(move |tx| {
        let dates = admit(tx, Kind::CreditMemo, &memo.head)?;
        let lines = ledger::check(tx, &memo.entries)?;
        let head = head(Kind::CreditMemo, &memo.head, &memo.order_ref);
        let id = documents::open(tx, &head, &dates)?;
        ledger::book(tx, id, &memo.head.company, &lines)?;
        Ok(documents::read(tx, id)?)
    });
    Ok(Json(booked.await?))
}

pub(crate) async fn journal_entry(
    entry: Entry,
    Json(new): Json<NewJournalEntry>,
) -> Result<Json<Document>, VendorError> {
    let booked = entry.write(move |tx| {
        let dates = admit(tx, Kind::JournalEntry, &new.head)?;
        let lines = ledger::check(tx, &new.entries)?;
        if lines.is_empty() {
            return Err(invalid("a journal entry without lines".to_owned()));
        }
        let head = DocumentHeader {
            order: None,
            text: Some(format!("{} of {}", new.template, new.source)),
            ..head(Kind::JournalEntry, &new.head, "")
        };
        let id = documents::open(tx, &head, &dates)?;
        ledger::book(tx, id, &new.head.company, &lines)?;
        Ok(documents::read(tx, id)?)
    });
    Ok(Json(booked.await?))
}

/// The dates that a posting is booked under; refused where it could not be found again, is a duplicate, or its period
/// is closed.
fn admit(tx: &Tx<'_>, kind: Kind, head: &PostingHeader) -> Outcome<PostingDates> {
    documents::check(tx, kind, &head.company, &head.external_ref)?;
    periods::admit(tx, head.posting_date, head.document_date)
}

fn head<'a>(kind: Kind, head: &'a PostingHeader, order: &'a str) -> DocumentHeader<'a> {
    DocumentHeader {
        kind,
        company: &head.company,
        reference: &head.external_ref,
        order: Some(order),
        customer: None,
        total: None,
        text: None,
    }
}

/// What one item costs, and in which currency.
type Cost = (i64, String);

/// The moves of goods, those of one kind together, with what one of each costs.
fn moves<'a>(
    tx: &Tx<'_>,
    items: &'a [GoodsItem],
    plant: &'a str,
    stock_type: Option<&'a str>,
) -> Outcome<Vec<(Move<'a>, Cost)>> {
    if items.is_empty() {
        return Err(invalid("a movement without items".to_owned()));
    }
    let mut goods: Vec<(Move<'a>, Cost)> = Vec::new();
    for item in items {
        let cost = cost(tx, &item.item, item.qty)?;
        let Some(stock_type) = stock_type.or(item.stock_type.as_deref()) else {
            continue;
        };
        let same = |of: &Move<'_>| of.sku == item.item && of.stock_type == stock_type;
        if let Some((before, _)) = goods.iter_mut().find(|(before, _)| same(before)) {
            before.quantity += item.qty;
        } else {
            let (sku, quantity) = (item.item.as_str(), item.qty);
            goods.push((
                Move {
                    sku,
                    plant,
                    stock_type,
                    quantity,
                },
                cost,
            ));
        }
    }
    Ok(goods)
}

/// The entry of goods moved at cost; nothing for goods that cost nothing.
fn at_cost(goods: &[(Move<'_>, Cost)], debit: &str, credit: &str) -> Outcome<Vec<Line>> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for (moved, (one, currency)) in goods {
        let cost = one
            .checked_mul(moved.quantity)
            .ok_or_else(|| too_large("the goods at cost"))?;
        let sum = sums.entry(currency).or_default();
        *sum = total("the goods at cost", [*sum, cost])?;
    }
    let line = |account: &str, currency: &str, debit, credit| Line {
        account: account.to_owned(),
        currency: currency.to_owned(),
        debit,
        credit,
        text: None,
    };
    Ok(sums
        .into_iter()
        .filter(|(_, sum)| *sum > 0)
        .flat_map(|(currency, sum)| {
            [
                line(debit, currency, sum, 0),
                line(credit, currency, 0, sum),
            ]
        })
        .collect())
}

/// What one of an item costs; refuses items that do not exist and quantities that cannot be.
pub(crate) fn cost(tx: &Tx<'_>, sku: &str, quantity: i64) -> Outcome<Cost> {
    if !(1..=MOST).contains(&quantity) {
        return Err(invalid(format!(
            "{quantity} of {sku}: 1 to {MOST} can move at once"
        )));
    }
    let known = tx
        .prepare_cached("SELECT cost_minor, cost_currency FROM product WHERE sku = ?1")?
        .query_row([sku], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let unknown = || VendorError::unprocessable("UNKNOWN_ITEM", format!("{sku} is no item"));
    Ok(known.ok_or_else(unknown)?)
}

/// A line of a document, for whoever reads it later.
#[derive(Debug)]
pub(crate) struct Detail<'a> {
    pub(crate) line: &'a str,
    pub(crate) sku: &'a str,
    pub(crate) quantity: i64,
    pub(crate) currency: Option<&'a str>,
    pub(crate) unit: Option<i64>,
    pub(crate) net: Option<i64>,
    pub(crate) tax: Option<i64>,
}

impl<'a> From<&'a GoodsItem> for Detail<'a> {
    fn from(item: &'a GoodsItem) -> Self {
        Self {
            line: &item.line,
            sku: &item.item,
            quantity: item.qty,
            currency: None,
            unit: None,
            net: None,
            tax: None,
        }
    }
}

/// Writes the lines of a document.
pub(crate) fn detail(tx: &Tx<'_>, document: i64, details: &[Detail<'_>]) -> Outcome<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO document_line (document, line, sku, quantity, currency, unit_minor, \
         net_minor, tax_minor) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for one in details {
        insert.execute(params![
            document,
            one.line,
            one.sku,
            one.quantity,
            one.currency,
            one.unit,
            one.net,
            one.tax
        ])?;
    }
    Ok(())
}
