//! What the ERP system API needs of an ERP, in canonical terms.

use async_trait::async_trait;
use crossdock_model::{
    Context, Currency, Delivery, Fault, LocationId, Money, Page, PageRequest, Quantity, Sku,
};
use crossdock_outbound::{Ability, Lookup, RoutingKey};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;
use sys_erp_contract::{
    AmendSalesOrder, CreditMemo, CustomerReturn, Document, DocumentKind, GoodsIssue, Invoice,
    Journal, JournalEntry, NEW, PeriodStatus, Posted, Price, Product, ProductLookup, ProductsFound,
    SalesOrder, StockSnapshot,
};

/// An ERP. A posting is identified by its reference; looking up what is not there is none.
#[async_trait]
pub(crate) trait ErpBackend: fmt::Debug + Send + Sync {
    /// How it keeps one posting one.
    fn abilities(&self) -> Abilities;

    /// The item master, in pages by SKU.
    async fn products(&self, context: &Context, page: &PageRequest)
    -> Result<Page<Product>, Fault>;

    /// Looks items up by SKU and reports the unknown ones.
    async fn products_by(
        &self,
        context: &Context,
        lookup: &ProductLookup,
    ) -> Result<ProductsFound, Fault>;

    /// The list price of an item in a currency.
    async fn price(&self, context: &Context, sku: &Sku, currency: Currency)
    -> Result<Price, Fault>;

    /// The stock of those SKUs by location and condition, as of one moment.
    async fn stock(&self, context: &Context, skus: &[Sku]) -> Result<StockSnapshot, Fault>;

    /// Whether the books are open for a date.
    async fn period(&self, context: &Context, date: Date) -> Result<PeriodStatus, Fault>;

    /// The caller's tenant's document of that kind and reference.
    async fn find(
        &self,
        context: &Context,
        kind: DocumentKind,
        reference: &str,
    ) -> Lookup<Document>;

    /// Posts, whatever was posted before.
    async fn post(&self, delivery: &Delivery, posting: Posting<'_>) -> Result<Posted, Fault>;

    /// Cancels a sales order by its number there; one that was cancelled before stays so.
    async fn cancel(&self, delivery: &Delivery, number: &str, reason: &str) -> Result<(), Fault>;
}

/// The routing key of a part of the domain: finance and stock may live in different ERPs.
pub(crate) fn capability(part: &str) -> RoutingKey {
    RoutingKey {
        brand: None,
        capability: Some(part.to_owned()),
    }
}

/// What an ERP declares of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abilities {
    /// How it keeps one document one.
    pub(crate) posting: Ability,
    /// How it keeps a cancellation one.
    pub(crate) cancelling: Ability,
}

/// A document to post, by its kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Posting<'a> {
    /// A sale, not yet booked.
    SalesOrder(&'a SalesOrder),
    /// Units taken off a sales order, which are not delivered.
    SalesOrderAmendment(&'a AmendSalesOrder),
    /// Goods that left a location.
    GoodsIssue(&'a GoodsIssue),
    /// A customer's invoice, with the entry of the sale.
    Invoice(&'a Invoice),
    /// Goods that came back, perhaps with the credit memo.
    CustomerReturn(&'a CustomerReturn),
    /// What is owed to a customer.
    CreditMemo(&'a CreditMemo),
    /// An entry of its own.
    Journal(&'a JournalEntry),
}

impl Posting<'_> {
    /// The kind of document that shows it was posted.
    pub(crate) fn kind(&self) -> DocumentKind {
        match self {
            Self::SalesOrder(_) => DocumentKind::SalesOrder,
            Self::SalesOrderAmendment(_) => DocumentKind::SalesOrderAmendment,
            Self::GoodsIssue(_) => DocumentKind::GoodsIssue,
            Self::Invoice(_) => DocumentKind::Invoice,
            Self::CustomerReturn(_) => DocumentKind::GoodsReceipt,
            Self::CreditMemo(_) => DocumentKind::CreditMemo,
            Self::Journal(_) => DocumentKind::JournalEntry,
        }
    }

    /// Our reference of it, unique for its kind.
    pub(crate) fn reference(&self) -> &str {
        match self {
            Self::SalesOrder(order) => &order.reference,
            Self::SalesOrderAmendment(amendment) => &amendment.reference,
            Self::GoodsIssue(issue) => &issue.reference,
            Self::Invoice(invoice) => &invoice.reference,
            Self::CustomerReturn(goods) => &goods.reference,
            Self::CreditMemo(memo) => &memo.reference,
            Self::Journal(entry) => &entry.reference,
        }
    }

    /// Refuses amounts of another currency than the document's.
    pub(crate) fn has_one_currency(&self) -> Result<(), Fault> {
        let (of, mut amounts): (Currency, Vec<Money>) = match self {
            Self::SalesOrder(order) => {
                let lines = order
                    .lines
                    .iter()
                    .flat_map(|line| [line.unit_price, line.net]);
                (order.currency, lines.chain([order.total]).collect())
            }
            Self::SalesOrderAmendment(amendment) => (amendment.currency, vec![amendment.amount]),
            Self::Invoice(invoice) => {
                let lines = invoice.lines.iter().flat_map(|line| [line.net, line.tax]);
                (invoice.currency, lines.collect())
            }
            Self::GoodsIssue(_)
            | Self::CustomerReturn(_)
            | Self::CreditMemo(_)
            | Self::Journal(_) => return Ok(()),
        };
        amounts.retain(|amount| amount.currency != of);
        let Some(other) = amounts.first() else {
            return Ok(());
        };
        let detail = format!(
            "{other} stands in a document of {}: use one currency",
            of.code()
        );
        Err(Fault::refused("mixed_currencies", detail))
    }

    /// Whether the document under our reference holds this and nothing else.
    pub(crate) fn matches(&self, document: &Document) -> bool {
        match self {
            Self::SalesOrder(order) => document.total == Some(order.total),
            Self::SalesOrderAmendment(amendment) => document.total == Some(amendment.amount),
            Self::GoodsIssue(issue) => {
                let left = |quantity: Quantity| -i64::from(quantity.get());
                let lines = issue.lines.iter();
                let wanted = lines.map(|line| (&line.sku, NEW, left(line.quantity)));
                sums(&issue.location, wanted) == moved(document)
            }
            Self::CustomerReturn(goods) => {
                let wanted = goods.lines.iter().filter_map(|line| {
                    let quantity = i64::from(line.quantity.get());
                    Some((&line.sku, line.disposition.condition()?, quantity))
                });
                sums(&goods.location, wanted) == moved(document)
            }
            Self::Invoice(invoice) => same_entry(&invoice.journal, &document.journal),
            Self::CreditMemo(memo) => same_entry(&memo.journal, &document.journal),
            Self::Journal(entry) => same_entry(&entry.journal, &document.journal),
        }
    }
}

/// Quantities by what, where and in which condition.
type Sums<'a> = BTreeMap<(&'a Sku, &'a LocationId, &'a str), i64>;

fn sums<'a>(
    location: &'a LocationId,
    lines: impl Iterator<Item = (&'a Sku, &'a str, i64)>,
) -> Sums<'a> {
    let mut sums = Sums::new();
    for (sku, condition, quantity) in lines {
        *sums.entry((sku, location, condition)).or_default() += quantity;
    }
    sums
}

fn moved(document: &Document) -> Sums<'_> {
    let mut sums = Sums::new();
    for one in &document.moves {
        *sums
            .entry((&one.sku, &one.location, &one.condition))
            .or_default() += one.quantity;
    }
    sums
}

/// Whether two entries book the same, in whatever order.
fn same_entry(one: &Journal, other: &Journal) -> bool {
    let sorted = |journal: &Journal| {
        let mut lines: Vec<_> = journal
            .lines
            .iter()
            .map(|line| {
                (
                    line.account,
                    line.debit.minor,
                    line.credit.minor,
                    line.debit.currency.code(),
                )
            })
            .collect();
        lines.sort_unstable();
        lines
    };
    sorted(one) == sorted(other)
}
