//! Quotes: pricing a basket over five systems, and signing what was found.

mod assess;
mod pins;
mod price;
mod seal;

pub(crate) use assess::{Assessed, assess};
pub(crate) use pins::Pinning;
pub(crate) use price::{Priced, Pricing};
pub use seal::QuoteKey;
pub(crate) use seal::hash;
