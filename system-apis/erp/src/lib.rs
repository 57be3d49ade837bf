//! The erp system API: safe to call twice.
