//! One API stood up alone, for its own tests: what is below it is made up, what calls it is the test.
//!
//! [`SystemHarness`] is what a system API stands on, [`Channel`] an experience API over process APIs that answer
//! what a test says; [`declared_whole`] holds for every tier. Whole shops are in `crossdock-testkit`,
//! which contains the APIs and so cannot be used by their own tests.

#![expect(
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on must say so at once"
)]

mod channel;
mod connectors;
mod contract;
mod samples;
mod system;

pub use channel::{Answer, Call, Channel, ada, agent, application, clerk};
pub use connectors::connectors;
pub use contract::declared_whole;
pub use samples::{ID, amount, evaluation, order, returned};
pub use system::{
    SystemHarness, code, context, context_of, delivery, directory, embedded, refused, usd,
};
