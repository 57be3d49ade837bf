//! The loyalty system API: safe to call twice.
