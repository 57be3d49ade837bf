//! The client of the ERP system API, for the process tier.

use crate::{
    API, AmendSalesOrder, CancelSalesOrder, CreditMemo, CustomerReturn, Document, DocumentKind,
    Found, GoodsIssue, Invoice, JournalEntry, PeriodStatus, Posted, Price, Product, ProductLookup,
    ProductsFound, SalesOrder, StockLookup, StockSnapshot,
};
use crossdock_model::{
    ConnectorName, Context, Currency, Delivery, Fault, Page, PageRequest, Sku, Tier,
};
use crossdock_outbound::{Directory, Route, Routed, RoutingKey};
use jiff::civil::Date;
use serde::Serialize;

/// Asks the ERP system API.
#[derive(Debug, Clone)]
pub struct ErpClient {
    route: Route,
}

impl ErpClient {
    /// A client for an API of that tier.
    pub fn new(directory: &Directory, from: Tier) -> Self {
        Self {
            route: directory.route(from, API),
        }
    }

    /// The same, on one connector instance.
    #[must_use]
    pub fn pinned_to(&self, connector: &ConnectorName) -> Self {
        Self {
            route: self.route.pinned_to(connector),
        }
    }

    /// The connector for a brand and capability.
    pub async fn routing(&self, context: &Context, key: &RoutingKey) -> Result<Routed, Fault> {
        key.ask(&self.route, context).await
    }

    /// The item master, in pages by SKU.
    pub async fn products(
        &self,
        context: &Context,
        page: &PageRequest,
    ) -> Result<Page<Product>, Fault> {
        let limit = page.size().to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(page.cursor.as_deref().map(|cursor| ("cursor", cursor)));
        self.route
            .get(context, "/products")
            .query(&query)
            .send()
            .await
    }

    /// Items by SKU, priced in their own currency; unknown ones are reported.
    pub async fn products_by(
        &self,
        context: &Context,
        skus: &[Sku],
    ) -> Result<ProductsFound, Fault> {
        self.products_in(context, skus, None).await
    }

    /// Items by SKU, priced in a currency; those without such a price are reported as unknown.
    pub async fn products_in(
        &self,
        context: &Context,
        skus: &[Sku],
        currency: Option<Currency>,
    ) -> Result<ProductsFound, Fault> {
        let lookup = ProductLookup {
            skus: skus.to_vec(),
            currency,
        };
        self.route
            .post(context, "/products/lookups")
            .json(&lookup)
            .send()
            .await
    }

    /// The list price of an item in a currency, valid now.
    pub async fn price(
        &self,
        context: &Context,
        sku: &Sku,
        currency: Currency,
    ) -> Result<Price, Fault> {
        let query = [("sku", sku.as_str()), ("currency", currency.code())];
        self.route
            .get(context, "/prices")
            .query(&query)
            .send()
            .await
    }

    /// The stock of SKUs as the ERP values it.
    pub async fn stock(&self, context: &Context, skus: &[Sku]) -> Result<StockSnapshot, Fault> {
        let lookup = StockLookup {
            skus: skus.to_vec(),
        };
        self.route
            .post(context, "/stock/lookups")
            .json(&lookup)
            .send()
            .await
    }

    /// Whether the books are open for a date.
    pub async fn period(&self, context: &Context, date: Date) -> Result<PeriodStatus, Fault> {
        let date = date.to_string();
        self.route
            .get(context, "/periods")
            .query(&[("date", &date)])
            .send()
            .await
    }

    /// The document posted under our reference, where there is one.
    pub async fn document(
        &self,
        context: &Context,
        kind: DocumentKind,
        reference: &str,
    ) -> Result<Option<Document>, Fault> {
        let query = [("kind", kind.as_str()), ("reference", reference)];
        let found: Found = self
            .route
            .get(context, "/documents")
            .query(&query)
            .send()
            .await?;
        Ok(found.document)
    }

    /// Records the sale; books nothing.
    pub async fn post_sales_order(
        &self,
        delivery: &Delivery,
        order: &SalesOrder,
    ) -> Result<Posted, Fault> {
        self.post(delivery, "/sales-orders", order).await
    }

    /// Takes units off a sales order that will not be delivered; books nothing.
    pub async fn amend_sales_order(
        &self,
        delivery: &Delivery,
        amendment: &AmendSalesOrder,
    ) -> Result<Posted, Fault> {
        self.post(delivery, "/sales-orders/amendments", amendment)
            .await
    }

    /// Ends a sale that is not fulfilled.
    pub async fn cancel_sales_order(
        &self,
        delivery: &Delivery,
        cancel: &CancelSalesOrder,
    ) -> Result<Posted, Fault> {
        self.post(delivery, "/sales-orders/cancellations", cancel)
            .await
    }

    /// Takes goods out of stock at cost.
    pub async fn post_goods_issue(
        &self,
        delivery: &Delivery,
        issue: &GoodsIssue,
    ) -> Result<Posted, Fault> {
        self.post(delivery, "/goods-issues", issue).await
    }

    /// Bills a shipment and books the sale.
    pub async fn post_invoice(
        &self,
        delivery: &Delivery,
        invoice: &Invoice,
    ) -> Result<Posted, Fault> {
        self.post(delivery, "/invoices", invoice).await
    }

    /// Takes goods back into stock at cost, with the credit memo where it has a journal.
    pub async fn post_customer_return(
        &self,
        delivery: &Delivery,
        goods: &CustomerReturn,
    ) -> Result<Posted, Fault> {
        self.post(delivery, "/customer-returns", goods).await
    }

    /// Books what is owed to the customer.
    pub async fn post_credit_memo(
        &self,
        delivery: &Delivery,
        memo: &CreditMemo,
    ) -> Result<Posted, Fault> {
        self.post(delivery, "/credit-memos", memo).await
    }

    /// Books an entry of its own.
    pub async fn post_journal(
        &self,
        delivery: &Delivery,
        entry: &JournalEntry,
    ) -> Result<Posted, Fault> {
        self.post(delivery, "/journal-entries", entry).await
    }

    async fn post(
        &self,
        delivery: &Delivery,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Posted, Fault> {
        self.route.deliver(delivery, path).json(body).send().await
    }
}
