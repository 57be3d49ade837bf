//! The suite that every store passes, whatever it is made of. Each story takes an empty store with eight shards.
#![expect(
    clippy::missing_panics_doc,
    reason = "a story panics when the store does not keep its promise"
)]

mod events;
mod intake;
mod records;
mod samples;
mod search;
mod workflows;

pub use events::*;
pub use intake::*;
pub use records::*;
pub use search::*;
pub use workflows::*;

use crate::StoreError;

/// How a story ends when the store could not even try.
pub type Outcome = Result<(), StoreError>;
