//! The contract of the order process API.
