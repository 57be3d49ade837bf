//! The customer API's resources, one a file.

pub(crate) mod customers;
pub(crate) mod registrations;
pub(crate) mod resolutions;
