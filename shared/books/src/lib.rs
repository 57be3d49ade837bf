//! What every embedded backend is built from: books, request log, faults, webhooks.
//!
//! A backend keeps its own SQLite file. Each of its writes is one transaction that holds the effect,
//! the request's line in the log and the webhooks to send, so an outsider can audit us against it.

mod amounts;
mod audit;
mod book;
mod embedded;
mod entry;
mod error;
mod faults;
#[cfg(any(test, feature = "growth"))]
pub mod growth;
#[cfg(test)]
mod growth_tests;
mod outbox;
mod retention;
mod schema;
mod serve;
#[cfg(test)]
mod tests;
mod told;
mod tx;

pub use amounts::{LARGEST_AMOUNT, too_large, total};
pub use book::Book;
pub use crossdock_events::webhook::Secret;
pub use crossdock_store::JobError;
pub use embedded::Embedded;
pub use entry::Entry;
pub use error::{Json, Outcome, VendorError};
pub use faults::{Armed, FaultKind, Faults, Times};
pub use outbox::{Delivered, Deliverer};
pub use retention::Retention;
pub use serve::serve;
pub use tx::Tx;
