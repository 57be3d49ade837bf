//! What every system API does the same way: read its section, connect its backends, pick the one that serves.

mod connected;
mod embedded;
mod operation;
mod routing;
mod settings;
mod setup;
mod slot;
#[cfg(test)]
mod tests;
mod vendor;

pub use connected::{Connected, there};
pub use embedded::EmbeddedSettings;
pub use routing::{Routing, RoutingRule};
pub use settings::Settings;
pub use setup::Deps;
pub use slot::Slot;
pub use vendor::{Vendor, invalid, on_journey, read, under_key, with_query};
