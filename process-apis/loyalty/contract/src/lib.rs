//! The contract of the loyalty process API: what a member has and how it came about.

mod client;
mod model;

pub use client::LoyaltyClient;
pub use model::{LedgerEntry, LedgerPage, MemberAccount, PointsWorth, RedemptionQuote};
