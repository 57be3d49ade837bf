//! Typed steps behind an untyped face: how nodes bind to code by name and major.

mod binding;
mod book;
mod placed;

pub(crate) use binding::{Binding, Resolve};
pub(crate) use book::{Attempt, CodeError, Codebook, Data, Occasion};
pub use placed::{AnyStep, Condition, Placement, StepFacts};
pub(crate) use placed::{Both, Bound, Forward, PivotCode, WaitCode};
