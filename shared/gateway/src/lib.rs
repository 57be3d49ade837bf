//! The gateway: one binary with every API.
