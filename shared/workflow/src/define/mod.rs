//! How a workflow is written down: typed parts, joined into a definition that is data.

mod adapt;
mod chain;
mod check;
mod draw;
mod hash;
mod node;
mod part;
mod phase;
mod retry;
mod state;
mod step;
mod workflow;

pub use adapt::{Named, Or, When};
pub use chain::{Chain, leg, workflow};
pub use check::DefinitionError;
pub use node::{Definition, Kind, Leg, Node, Undo};
pub use phase::{Admits, After, Before, LegAfter, LegBefore, MayPivot, Phase, Undoes};
pub use retry::{KeptRetry, Retry};
pub use state::{AtRisk, Lifecycle, Loaded, Moment, ParkClass, Parked, Resumed, State};
pub use step::{Await, AwaitExt, OnDeadline, Pivot, Reversible, Step, StepExt};
pub use workflow::Workflow;

pub(crate) use draw::draw;
pub(crate) use hash::hash;
