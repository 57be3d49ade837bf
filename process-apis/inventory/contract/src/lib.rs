//! The contract of the inventory process API: what can be promised, and how old that knowledge is.

mod client;
mod model;

pub use client::InventoryClient;
pub use model::{Availability, AvailabilityPage, LocationAvailability, Product, ProductPage};
