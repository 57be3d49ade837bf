//! The till's resources, one a file.

pub(crate) mod availability;
pub(crate) mod evaluations;
pub(crate) mod lookups;
pub(crate) mod returns;
