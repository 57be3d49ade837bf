//! The gateway: every API, its policies and its listeners as one value, and the binary around it.
//!
//! [`Gateway::build`] wires what [`Options`] select, for the binary and for tests alike. Modules import
//! one way: `parts` ← `builders` ← `apis` (the list of APIs) ← `wire` ← `cli` with one command a file.

mod apis;
mod backup;
mod builders;
mod cli;
#[cfg(feature = "crash-points")]
mod crash;
mod demo;
mod error;
mod ledgers;
mod operations;
mod options;
mod parts;
mod portal;
mod seed_data;
mod settings;
mod wire;

pub use cli::run;
#[cfg(feature = "crash-points")]
pub use crash::BoundaryObserver;
pub use error::BuildError;
pub use ledgers::{LedgerRow, Ledgers};
pub use options::{Data, Options, Selection};
pub use parts::{Addresses, Backend, ListenerName};
pub use seed_data::SeedData;
pub use settings::{BackendsSettings, EmbeddedConnector, Settings};
pub use wire::Gateway;
