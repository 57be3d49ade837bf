//! Logs in one place.
