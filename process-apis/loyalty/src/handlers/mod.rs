//! The loyalty API's handlers, one resource a file.

pub(crate) mod members;
