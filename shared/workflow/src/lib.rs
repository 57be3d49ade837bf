//! Durable workflows: a definition that is data, a journal that is folded, a pure core, a small runtime.

mod code;
mod core;
mod define;
mod key;
mod runtime;
mod view;

#[doc(hidden)]
pub use code::{AnyStep, Condition, Placement, StepFacts};
pub use define::*;
pub use runtime::*;
pub use view::*;
