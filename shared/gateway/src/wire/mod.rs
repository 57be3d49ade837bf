//! From settings to a gateway: backends, system APIs, engine, process APIs, channels, policies, listeners.

mod backends;
mod build;
mod gateway;
mod lifecycle;
mod policies;
mod routers;
#[cfg(test)]
mod tests;
mod tiers;
mod transports;

pub(crate) use backends::build_backend;
pub use gateway::Gateway;
