//! Canonical events.
