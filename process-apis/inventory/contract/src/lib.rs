//! The contract of the inventory process API.
