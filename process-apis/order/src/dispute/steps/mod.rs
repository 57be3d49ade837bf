//! The steps of `handle-dispute`, one a file.

mod await_decision;
mod record_dispute;

pub(crate) use await_decision::{AwaitDecision, Decided};
pub(crate) use record_dispute::RecordDispute;
