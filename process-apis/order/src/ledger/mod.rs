//! The order as sold: how a basket becomes frozen rows, and what the books say about them. Pure code.

mod allocate;
mod basket;
mod books;
mod column;
mod units;

pub(crate) mod provider_books;

pub(crate) use allocate::{RULE, allocate};
pub(crate) use basket::{Basket, BasketLine};
pub(crate) use books::sale_journal;
