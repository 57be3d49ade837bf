//! The oms system API: safe to call twice.
