//! Errors as RFC 9457 problems: one catalogue, one shape, extractors that reject in it.

mod catalogue;
mod extract;
mod problem;

pub use catalogue::Code;
pub use extract::{Json, Path, Query};
pub use problem::{PROBLEM_JSON, Problem};
