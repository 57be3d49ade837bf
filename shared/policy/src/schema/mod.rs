//! The schema of an operation's request, compiled from its contract.

mod components;
mod parameters;
mod request;
mod violations;

pub(crate) use components::Components;
pub(crate) use request::RequestSchema;
pub(crate) use violations::escaped;
