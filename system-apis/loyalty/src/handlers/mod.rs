//! The loyalty API's resources, one a file.

pub(crate) mod accounts;
pub(crate) mod accruals;
pub(crate) mod evaluations;
pub(crate) mod holds;
pub(crate) mod maturities;
mod query;
pub(crate) mod restores;
pub(crate) mod reversals;
