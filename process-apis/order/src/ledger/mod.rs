//! The order as sold: how a basket becomes frozen rows, and what the books say about them. Pure code.

mod allocate;
mod basket;
mod books;

pub(crate) use allocate::allocate;
pub(crate) use basket::{Allocated, Basket, BasketLine};
pub(crate) use books::sale_journal;
