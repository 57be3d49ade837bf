//! The life of a process: what an API is, where it listens, what time it is, how it stops.

mod api;
mod clock;
mod contract;
mod declaration;
mod listen;
mod refusal;
mod routes;
mod tasks;

pub use api::{Api, Background};
pub use clock::{ManualClock, SystemClock};
pub use declaration::{
    DataClass, Declaration, Declared, Domain, Idempotency, LimitClass, Pattern, Security,
};
pub use listen::{Listener, serve};
pub use routes::Routes;
pub use tasks::{Stopping, Task, Tasks, spawn};
/// Collects handlers with their contracts, for [`Routes::route`].
pub use utoipa_axum::routes;
