//! Maps canonical values to the embedded ERP's and back, without I/O.

use super::wire;
use crate::port::Posting;
use crossdock_model::{ConnectorName, Currency, ExternalRef, Fault, Money};
use serde_json::{Value, json};
use sys_erp_contract::{
    Account, AmendSalesOrder, CreditMemo, CustomerReturn, Document, DocumentKind, DocumentStatus,
    GoodsIssue, Invoice, Journal, JournalEntry, JournalLine, Posted, PriceTerms, Product,
    ProductStatus, SalesOrder, StockLevel, StockMove, StockSnapshot,
};

/// The vendor's chart of accounts.
const CHART: &[(Account, &str)] = &[
    (Account::Bank, "1000"),
    (Account::Clearing, "1090"),
    (Account::SponsorReceivable, "1200"),
    (Account::Inventory, "1300"),
    (Account::TaxPayable, "2200"),
    (Account::PointsLiability, "2300"),
    (Account::RefundPayable, "2400"),
    (Account::Revenue, "4000"),
    (Account::ShippingRevenue, "4010"),
    (Account::Breakage, "4900"),
    (Account::CostOfGoodsSold, "5000"),
    (Account::Fees, "6100"),
    (Account::Goodwill, "6200"),
    (Account::Variance, "6900"),
];

/// The vendor's letters for each kind.
const KINDS: &[(DocumentKind, &str)] = &[
    (DocumentKind::SalesOrder, "SO"),
    (DocumentKind::SalesOrderAmendment, "SA"),
    (DocumentKind::GoodsIssue, "GI"),
    (DocumentKind::Invoice, "INV"),
    (DocumentKind::GoodsReceipt, "GR"),
    (DocumentKind::CreditMemo, "CM"),
    (DocumentKind::JournalEntry, "JE"),
];

/// The vendor's letters for a kind.
pub(crate) fn code(kind: DocumentKind) -> &'static str {
    KINDS
        .iter()
        .find(|(of, _)| *of == kind)
        .map_or("", |(_, code)| code)
}

/// Where a posting goes, and what is sent there.
pub(crate) fn request(posting: Posting<'_>, company: &str) -> (&'static str, Value) {
    let (path, mut body) = match posting {
        Posting::SalesOrder(order) => ("/api/sales-orders", sales_order(order)),
        Posting::SalesOrderAmendment(amend) => ("/api/sales-orders/amendments", amendment(amend)),
        Posting::GoodsIssue(issue) => ("/api/goods-issues", goods_issue(issue)),
        Posting::Invoice(invoice) => ("/api/invoices", bill(invoice)),
        Posting::CustomerReturn(goods) => ("/api/customer-returns", customer_return(goods)),
        Posting::CreditMemo(memo) => ("/api/credit-memos", credit_memo(memo)),
        Posting::Journal(entry) => ("/api/journal-entries", own_entry(entry)),
    };
    if let Some(body) = body.as_object_mut() {
        body.insert("company".to_owned(), company.into());
        body.insert("externalRef".to_owned(), posting.reference().into());
    }
    (path, body)
}

fn sales_order(order: &SalesOrder) -> Value {
    let items = order.lines.iter().map(|line| {
        json!({
            "line": line.line, "item": line.sku, "qty": line.quantity,
            "unitPrice": line.unit_price.amount(), "net": line.net.amount(),
        })
    });
    json!({
        "customer": order.customer, "currency": order.currency.code(),
        "total": order.total.amount(), "items": items.collect::<Vec<_>>(),
    })
}

fn amendment(amend: &AmendSalesOrder) -> Value {
    let items = amend.lines.iter();
    let items = items.map(|of| json!({"line": of.line, "item": of.sku, "qty": of.quantity}));
    json!({
        "orderRef": amend.order, "currency": amend.currency.code(), "total": amend.amount.amount(),
        "reason": amend.reason, "items": items.collect::<Vec<_>>(),
    })
}

fn goods_issue(issue: &GoodsIssue) -> Value {
    let items = issue.lines.iter();
    let items = items.map(|of| json!({"line": of.line, "item": of.sku, "qty": of.quantity}));
    json!({
        "orderRef": issue.order, "plant": issue.location, "items": items.collect::<Vec<_>>(),
        "postingDate": issue.posting_date, "documentDate": issue.origin_date,
    })
}

fn bill(invoice: &Invoice) -> Value {
    let items = invoice.lines.iter().map(|line| {
        json!({
            "line": line.line, "item": line.sku, "qty": line.quantity,
            "net": line.net.amount(), "tax": line.tax.amount(),
        })
    });
    json!({
        "orderRef": invoice.order, "currency": invoice.currency.code(),
        "items": items.collect::<Vec<_>>(), "entries": entries(&invoice.journal),
        "postingDate": invoice.posting_date, "documentDate": invoice.origin_date,
    })
}

fn customer_return(goods: &CustomerReturn) -> Value {
    let items = goods.lines.iter().map(|line| {
        json!({
            "line": line.line, "item": line.sku, "qty": line.quantity,
            "stockType": line.disposition.condition(),
        })
    });
    json!({
        "orderRef": goods.order, "plant": goods.location, "items": items.collect::<Vec<_>>(),
        "credit": goods.journal.as_ref().map(entries),
        "postingDate": goods.posting_date, "documentDate": goods.origin_date,
    })
}

fn credit_memo(memo: &CreditMemo) -> Value {
    json!({
        "orderRef": memo.order, "entries": entries(&memo.journal),
        "postingDate": memo.posting_date, "documentDate": memo.origin_date,
    })
}

fn own_entry(entry: &JournalEntry) -> Value {
    json!({
        "template": entry.template, "source": entry.source, "entries": entries(&entry.journal),
        "postingDate": entry.posting_date, "documentDate": entry.origin_date,
    })
}

fn entries(journal: &Journal) -> Vec<Value> {
    let entry = |line: &JournalLine| {
        let number = CHART
            .iter()
            .find(|(of, _)| *of == line.account)
            .map(|(_, number)| number);
        // The side that holds something names the currency; a zero is a zero in any.
        let side = if line.debit.is_zero() {
            line.credit
        } else {
            line.debit
        };
        json!({
            "account": number, "currency": side.currency.code(), "text": line.text,
            "debit": line.debit.amount(), "credit": line.credit.amount(),
        })
    };
    journal.lines.iter().map(entry).collect()
}

/// Number, period and time of a document.
pub(crate) fn posted(document: &wire::Document, system: &ConnectorName) -> Result<Posted, Fault> {
    Ok(Posted {
        reference: ExternalRef {
            system: system.clone(),
            kind: kind(&document.kind)?.as_str().to_owned(),
            value: document.number.clone(),
        },
        period: document.fiscal_period.clone(),
        posted_at: document.posted_at,
    })
}

/// A document with all that was booked under it.
pub(crate) fn document(
    document: &wire::Document,
    system: &ConnectorName,
) -> Result<Document, Fault> {
    let total = document.total.as_deref().zip(document.currency.as_deref());
    let status = match document.cancelled_at {
        Some(_) => DocumentStatus::Cancelled,
        None => DocumentStatus::Posted,
    };
    let lines = document
        .entries
        .iter()
        .map(line)
        .collect::<Result<_, Fault>>()?;
    let moved = |quant: &wire::Quant| StockMove {
        sku: quant.item.clone(),
        location: quant.plant.clone(),
        condition: quant.stock_type.clone(),
        quantity: quant.qty,
    };
    Ok(Document {
        kind: kind(&document.kind)?,
        posted: posted(document, system)?,
        status,
        our_reference: document.external_ref.clone(),
        order: document.order_ref.clone(),
        total: total
            .map(|(amount, currency)| money(amount, currency))
            .transpose()?,
        journal: Journal { lines },
        moves: document.movements.iter().map(moved).collect(),
    })
}

/// An item as the shop knows it.
pub(crate) fn product(item: &wire::Item, source: &ConnectorName) -> Result<Product, Fault> {
    Ok(Product {
        sku: item.code.clone(),
        gtin: item.ean.clone(),
        name: item.description.clone(),
        tax_category: item.tax_class.clone(),
        list_price: money(&item.price.amount, &item.price.currency)?,
        price_terms: PriceTerms {
            valid_from: item.price.valid_from,
            valid_until: item.price.valid_until,
            source: source.clone(),
            version: item.price.version,
        },
        brand: item.brand.clone(),
        status: match item.state.as_str() {
            "active" => ProductStatus::Active,
            "discontinued" => ProductStatus::Discontinued,
            other => return Err(Fault::poison(format!("item state '{other}' is not known"))),
        },
    })
}

/// The stock of one moment.
pub(crate) fn stock(stock: wire::Stock) -> StockSnapshot {
    let level = |quant: wire::Quant| StockLevel {
        sku: quant.item,
        location: quant.plant,
        condition: quant.stock_type,
        on_hand: quant.qty,
    };
    let levels = stock.quants.into_iter().map(level).collect();
    StockSnapshot {
        as_of: stock.read_at,
        levels,
    }
}

fn line(entry: &wire::Entry) -> Result<JournalLine, Fault> {
    let account = CHART.iter().find(|(_, number)| *number == entry.account);
    let (account, _) =
        account.ok_or_else(|| Fault::poison(format!("account {} is not mapped", entry.account)))?;
    Ok(JournalLine {
        account: *account,
        debit: money(&entry.debit, &entry.currency)?,
        credit: money(&entry.credit, &entry.currency)?,
        text: entry.text.clone(),
    })
}

fn kind(code: &str) -> Result<DocumentKind, Fault> {
    let known = KINDS.iter().find(|(_, of)| *of == code);
    known
        .map(|(kind, _)| *kind)
        .ok_or_else(|| Fault::poison(format!("document type '{code}' is not known")))
}

fn money(amount: &str, currency: &str) -> Result<Money, Fault> {
    let known = Currency::from_code(currency)
        .ok_or_else(|| Fault::poison(format!("'{currency}' is no currency")))?;
    Money::parse(amount, known).map_err(|error| Fault::poison(error.to_string()))
}
