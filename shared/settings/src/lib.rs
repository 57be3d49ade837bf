//! Configuration: defaults, file, environment; unknown keys refused; every fault reported at once.
//!
//! [`Tree::load`] lays the three over one another, [`Tree::section`] reads one section into its
//! owner's type, [`Tree::finish`] answers with every fault or with where each value came from.

mod duration;
mod environment;
mod faults;
mod layers;
mod reading;
mod sections;
mod tree;

pub use duration::HumanDuration;
pub use environment::{Variables, crash_at, crash_nth, environment, no_color};
pub use faults::{Fault, Faults, Origin, Source};
pub use sections::{
    ArchiveSettings, Listeners, LogFormat, StoreSettings, TelemetrySettings, TenantSettings,
    Tenants, TierSettings,
};
pub use tree::Tree;
