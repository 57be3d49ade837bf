//! The builder that reads aloud: typed parts in, a checked definition with its code out.

mod adapt;
mod chain;
mod part;
mod phase;
mod workflow;

pub use adapt::{AwaitExt, Named, Or, StepExt, When};
pub use chain::{Chain, leg, on_fact, workflow};
pub use phase::{Admits, After, Before, LegAfter, LegBefore, MayPivot, Phase, Undoes};
pub use workflow::Workflow;
