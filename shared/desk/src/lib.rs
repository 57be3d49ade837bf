//! What every process API does the same way: start a workflow and answer, report facts, open cases.

mod case;
mod desk;
mod fact;
mod life;
mod recent;

pub use case::Case;
pub use desk::{Desk, broken, not_started, read, refusal_answer, stored, unreadable};
pub use fact::fact;
pub use life::{Concerns, Uneventful, WithDesk};
pub use recent::Recent;
