//! The channel's shape of things; pure mapping in both directions.

mod requests;
mod responses;

pub(crate) use requests::{
    Basket, Cancellation, Checkout, MailedReturn, PaidOrder, RedemptionRequest, ReturnRequest,
};
pub(crate) use responses::{ShopOrder, ShopReturn};
