//! What every process API does the same way: start a workflow and answer, report facts, open cases.

mod answer;
mod case;
mod desk;
mod expected;
mod fact;
mod lifecycle;
mod problem;
mod record_reader;
mod ttl_cache;

pub use answer::{answer, refusal_answer};
pub use case::Case;
pub use desk::{Desk, read};
pub use expected::expected;
pub use fact::fact;
pub use lifecycle::{HasCase, NoHooks, WithDesk};
pub use problem::{engine_problem, journal_problem, start_problem, store_problem};
pub use record_reader::RecordReader;
pub use ttl_cache::TtlCache;
