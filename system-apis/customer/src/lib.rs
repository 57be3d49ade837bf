//! The customer system API: safe to call twice.
