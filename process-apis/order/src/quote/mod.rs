//! Quotes: pricing a basket over five systems, and sealing what was found.

mod content;
mod earn;
mod evaluate;
mod pins;
mod price;
mod seal;

pub(crate) use content::QuoteContent;
pub(crate) use earn::{EarnEvaluation, evaluate_earn};
pub(crate) use pins::Pinning;
pub(crate) use price::{Priced, Pricing};
pub use seal::QuoteKey;
pub(crate) use seal::{OpenedQuote, hash};
