//! Quotes: pricing a basket over five systems, and signing what was found.

mod price;
mod seal;

pub(crate) use price::{Priced, Pricing};
pub use seal::QuoteKey;
pub(crate) use seal::hash;
