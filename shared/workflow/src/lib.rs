//! Durable workflows: a definition that is data, a journal that is folded, a pure core, a small runtime.

mod build;
mod code;
mod core;
mod define;
mod key;
mod runtime;
mod view;

pub use build::*;
pub use define::*;
pub use runtime::*;
pub use view::*;
