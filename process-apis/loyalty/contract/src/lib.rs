//! The contract of the loyalty process API.
