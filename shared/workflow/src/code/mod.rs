//! Typed steps behind an untyped face: how nodes bind to code by name and major.

mod bound;
mod erased;
mod registry;

pub(crate) use bound::{AnyState, BoundCode, CodeError, Occasion};
pub(crate) use erased::{NodeCode, PivotCode, WaitCode, WithUndo, WithoutUndo};
pub(crate) use registry::{CodeRegistry, Resolve};
