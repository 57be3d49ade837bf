//! The resources of the API, one a file.

pub(crate) mod documents;
pub(crate) mod quotes;
pub(crate) mod reversals;
