//! A whole shop in a test: the real gateway in memory, and everybody who deals with it.
//!
//! [`Shop`] is the retailer. Channels speak HTTP to it ([`Channel`]), the [`Warehouse`] and the
//! [`Bank`] act at their own systems, and [`Books`] reads what those systems wrote down themselves.
//! Nothing here asks Crossdock whether Crossdock is right.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a test that cannot go on must say so at once"
)]

mod bank;
mod baskets;
mod books;
mod channel;
mod shop;
mod story;
mod warehouse;

pub use bank::Bank;
pub use baskets::{g1, g2};
pub use books::{Books, Card, Points, Row};
pub use channel::{Answer, Channel};
pub use shop::Shop;
pub use story::back;
pub use warehouse::Warehouse;
