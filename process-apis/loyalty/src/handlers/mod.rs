//! The loyalty API's resources.

pub(crate) mod members;
