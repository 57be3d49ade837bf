//! The vocabulary that every tier shares: values that cannot be wrong, ids, who calls, how a call can fail.
//!
//! Nothing here does I/O, reads a clock or knows an API. It imports no other crate of ours.

mod api;
mod caller;
mod currency;
mod customer;
mod delivery;
pub mod event;
mod fault;
mod id;
mod line;
mod money;
mod page;
mod points;
mod split;
mod time;
mod total;
mod unit_range;

pub use api::{ApiId, Tier};
pub use caller::{Caller, ConnectorName, Context, Correlation, Subject, Tenant};
pub use currency::Currency;
pub use customer::{Address, CustomerId, MemberId};
pub use delivery::{Delivery, StepKey};
pub use fault::{Fault, Refusal, Violation};
pub use id::{CancellationId, EventId, ExternalRef, Ids, InstanceId, OrderId, ReturnId};
pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use line::{LineId, LocationId, Quantity, Sku, UnitId};
pub use money::{Money, MoneyError};
pub use page::{Page, PageRequest};
pub use points::{Points, PointsRate, Program};
pub use split::{OneMore, by_weight, even_part};
pub use time::{Clock, Sleep, utc_day};
pub use total::{checked_total, too_large};
pub use unit_range::UnitRange;
