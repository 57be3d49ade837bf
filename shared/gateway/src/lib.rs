//! The gateway: every API, its policies and its listeners as one value, and the binary around it.
//!
//! [`Gateway::build`] wires what [`Options`] select, for the binary and for tests alike; `apis.rs` is
//! the list of APIs, `cli/` has one command a file.

mod apis;
mod builders;
mod cli;
mod demo;
mod ledgers;
mod operations;
mod options;
mod portal;
mod seeds;
mod settings;
mod wire;

pub use cli::run;
pub use ledgers::{LedgerRow, Ledgers};
pub use options::{Data, Options, Selection};
pub use seeds::Seeds;
pub use settings::{BackendsSettings, EmbeddedConnector, Settings};
#[cfg(feature = "crash-points")]
pub use wire::Watcher;
pub use wire::{Addresses, Backend, BuildError, Door, Gateway};

/// Every API there is, in the order of the list.
pub fn api_ids() -> Vec<crossdock_model::ApiId> {
    apis::ids()
}
