//! The payment system API: safe to call twice.
