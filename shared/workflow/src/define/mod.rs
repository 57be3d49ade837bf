//! What a workflow is written in: steps, pivots, waits, and the definition they become as data.

mod check;
mod draw;
mod node;
mod placement;
mod retry;
mod state;
mod step;

pub use check::DefinitionError;
pub use node::{Definition, Kind, Leg, Node, Undo};
#[doc(hidden)]
pub use placement::{AnyStep, Condition, Placement, StepFacts};
pub use retry::{Retry, StoredRetry};
pub use state::{AtRisk, Lifecycle, Loaded, Moment, ParkClass, Parked, Resumed, State};
pub use step::{Await, OnDeadline, Pivot, Reversible, Step};

pub(crate) use check::check;
pub(crate) use draw::draw;
pub(crate) use placement::{AttemptFuture, Chosen};
