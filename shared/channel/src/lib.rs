//! The forms that several channels share: SKUs to ask for, an answer that is there or still to come.

mod answer;
mod skus;

pub use answer::{ReturnPending, created, pending};
pub use skus::SkuList;
