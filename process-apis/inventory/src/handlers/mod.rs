//! The inventory API's resources, one a file.

pub(crate) mod availability;
pub(crate) mod products;
