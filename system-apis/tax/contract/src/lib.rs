//! The canonical contract of the tax system API: quotes, committed documents, reversals.

mod client;
mod document;
mod quote;

pub use client::TaxClient;
pub use document::{CommitTax, ReverseTax, TaxAmount, TaxDocument, TaxReversal};
pub use quote::{QuotedLine, TaxLine, TaxQuote, TaxQuoteRequest};

/// The name of this API: of its route and its scopes.
pub const API: crossdock_model::ApiId = crossdock_model::ApiId::system("tax");
