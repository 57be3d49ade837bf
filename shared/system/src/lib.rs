//! What every system API does the same way: read its section, connect its backends, select the one that serves, bring each effect about once, ask for what was told.

mod catch_up;
mod connected_backends;
mod connector_context;
mod embedded;
mod embedded_events;
mod get_routing;
mod request;
mod routing;
mod settings;
mod setup;
#[cfg(test)]
mod tests;
mod vendor;

pub use catch_up::{CatchUp, Receiver, Told, ToldMessages, Which};
pub use connected_backends::ConnectedBackends;
pub use connector_context::ConnectorContext;
pub use embedded::{EmbeddedError, EmbeddedSettings};
pub use embedded_events::EmbeddedEvents;
pub use request::{BackendRead, BackendWrite, or_not_found};
pub use routing::{Routing, RoutingRule};
pub use settings::Settings;
pub use setup::Deps;
pub use vendor::{
    Vendor, decode, foreign_error, invalid, with_correlation, with_delivery_key, with_query,
};
