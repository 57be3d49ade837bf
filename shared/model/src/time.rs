//! Time as a dependency: nothing reads a clock but through this port.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A future that ends when a time has come.
pub type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where time comes from: the system's clock, or a test's hand.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The wall clock in UTC, which may jump.
    fn now(&self) -> Timestamp;

    /// Time since some fixed start that never steps; for intervals.
    fn monotonic(&self) -> Duration;

    /// Ends once `now()` has reached that time, never before.
    fn sleep_until(&self, at: Timestamp) -> Sleep;
}

/// The day on which something happened, in UTC: the one day that every store, channel and system agrees on.
pub fn utc_day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}
