//! The order API's handlers, one resource a file.

pub(crate) mod cancellations;
pub(crate) mod captured;
pub(crate) mod erasures;
pub(crate) mod lookups;
pub(crate) mod orders;
pub(crate) mod quotes;
pub(crate) mod timeline;

mod answer;
