//! The channel's shape of things; pure mapping in both directions.

mod asked;
mod shown;

pub(crate) use asked::{
    Basket, Cancellation, Checkout, MailedReturn, PaidOrder, PointsWish, ReturnWish,
};
pub(crate) use shown::{ShopOrder, ShopReturn};
