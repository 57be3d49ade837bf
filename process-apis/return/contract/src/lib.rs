//! The contract of the return process API.
