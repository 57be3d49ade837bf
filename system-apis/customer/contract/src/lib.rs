//! The canonical contract of the customer system API: who a customer is.

mod client;
mod model;

pub use client::CustomerClient;
pub use model::{Consent, Customer, KnownAddress, NewCustomer, Resolve, UpdateCustomer};

/// The name of this API: of its route and its scopes.
pub const API: crossdock_model::ApiId = crossdock_model::ApiId::system("customer");
