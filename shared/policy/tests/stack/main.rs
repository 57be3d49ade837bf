//! The policies as callers meet them: whole stacks over a small API.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends where it fails"
)]

mod access;
mod border;
mod browsers;
mod compression;
mod contract;
mod idempotency;
mod support;
mod tiers;
mod tokens;
