//! The life of a process: what an API is, where it listens, what time it is, how it stops.

mod api;
mod clock;
mod listen;
mod refusal;
mod tasks;

pub use api::{Api, Background};
pub use clock::{ManualClock, SystemClock};
pub use listen::{Listener, serve};
pub use tasks::{Stopping, Task, Tasks, spawn};
