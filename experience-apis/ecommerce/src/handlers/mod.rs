//! The shop's resources, one a file.

pub(crate) mod availability;
pub(crate) mod cancellations;
pub(crate) mod captured;
pub(crate) mod evaluations;
pub(crate) mod loyalty;
pub(crate) mod orders;
pub(crate) mod products;
pub(crate) mod quotes;
pub(crate) mod returns;
