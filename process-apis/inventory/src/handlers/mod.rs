//! The inventory API's handlers, one resource a file.

pub(crate) mod availability;
pub(crate) mod products;
