//! How a workflow is written down: typed parts, joined into a definition that is data.

mod adapt;
mod chain;
mod draw;
mod hash;
mod node;
mod retry;
mod state;
mod step;

pub use adapt::{Named, Or, When};
pub use chain::{
    Admits, After, Before, Chain, DefinitionError, LegAfter, LegBefore, MayPivot, Phase, Workflow,
    leg, workflow,
};
pub use node::{Definition, Kind, Leg, Node, Undo};
pub use retry::{KeptRetry, Retry};
pub use state::{AtRisk, Lifecycle, Loaded, Moment, ParkClass, Parked, Resumed, State};
pub use step::{Await, OnDeadline, Pivot, Reversible, Step, StepExt};

pub(crate) use draw::draw;
pub(crate) use hash::hash;
