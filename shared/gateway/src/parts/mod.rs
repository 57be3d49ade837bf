//! What a gateway is put together from: types that know nothing of the list of APIs.

mod archiving;
mod backend;
mod context;
mod data_files;
mod deferred;
mod health;
pub(crate) mod keys;
mod listeners;
mod run_file;
mod stores;

pub(crate) use archiving::archiving;
pub use backend::Backend;
pub(crate) use backend::{BackendFuture, BackendParts, Webhooks};
pub(crate) use context::BuildContext;
pub(crate) use data_files::{DataFile, DataFiles};
pub(crate) use deferred::DeferredRouter;
pub(crate) use health::Health;
pub use listeners::{Addresses, ListenerName};
pub(crate) use run_file::{RunFile, ServedTiers};
pub(crate) use stores::Stores;
