//! The configuration: its sections, and how it is read.

mod embedded;
mod load;
mod sections;

pub use embedded::EmbeddedConnector;
pub use sections::{BackendsSettings, Settings};
