//! The tax system API: safe to call twice.
