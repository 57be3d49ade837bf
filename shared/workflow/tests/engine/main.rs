//! The engine over a real store and a clock moved by hand.
#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test crate: it may fail loudly, and nobody reads its documentation"
)]

mod backward;
mod begin;
#[cfg(feature = "crash-points")]
mod crash_points;
mod flows;
mod operators;
mod poison;
mod records;
mod restart;
mod shop;
mod signals;
mod step_failures;
mod versions;
mod waiting;
