//! The canonical contract of the ERP system API: item master, stock at cost, and the books.
//!
//! Products, prices, sales orders with their amendments, invoices, credit memos and journal entries
//! belong to the capability [`FINANCE`]; stock, goods issues and customer returns to [`STOCK`]. The
//! two may be served by different ERPs, so an order pins one connector for each.

mod client;
mod document;
mod journal;
mod posting;
mod product;
mod stock;

pub use client::ErpClient;
pub use document::{Document, DocumentKind, DocumentStatus, Found, Posted, StockMove};
pub use journal::{Account, Journal, JournalEntry, JournalLine};
pub use posting::{
    AmendSalesOrder, CancelSalesOrder, CreditMemo, CustomerReturn, Disposition, GoodsIssue,
    GoodsLine, Invoice, InvoiceLine, ReturnLine, SalesLine, SalesOrder,
};
pub use product::{
    PeriodStatus, Price, PriceTerms, Product, ProductLookup, ProductStatus, ProductsFound,
};
pub use stock::{StockLevel, StockLookup, StockSnapshot};

/// The name of this API: of its route and its scopes.
pub const API: crossdock_model::ApiId = crossdock_model::ApiId::system("erp");

/// The part of the domain that keeps item master, invoices and journal.
pub const FINANCE: &str = "finance";
/// The part of the domain that keeps quantities at cost.
pub const STOCK: &str = "stock";
/// The condition of goods that can be sold as they are.
pub const NEW: &str = "new";
