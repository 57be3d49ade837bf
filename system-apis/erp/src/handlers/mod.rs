//! One resource a file.

pub(crate) mod documents;
pub(crate) mod goods;
pub(crate) mod journal;
pub(crate) mod periods;
pub(crate) mod products;
pub(crate) mod sales_orders;
pub(crate) mod stock;
