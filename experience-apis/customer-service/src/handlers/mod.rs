//! The desk's resources, one a file.

pub(crate) mod cancellations;
pub(crate) mod customers;
pub(crate) mod erasures;
pub(crate) mod evaluations;
pub(crate) mod orders;
pub(crate) mod search;
