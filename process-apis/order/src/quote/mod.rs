//! Quotes: pricing a basket over five systems, and signing what was found.

mod earn;
mod evaluate;
mod pins;
mod price;
mod sign;

pub(crate) use earn::{EarnEvaluation, evaluate_earn};
pub(crate) use pins::Pinning;
pub(crate) use price::{Priced, Pricing};
pub use sign::QuoteKey;
pub(crate) use sign::hash;
