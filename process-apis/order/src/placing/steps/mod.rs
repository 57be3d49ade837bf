//! The steps of placing an order, one a file: what each asks of a system, how it is undone, what it records.

mod accrue_pending;
mod authorise_payment;
mod check_backorder;
mod confirm_burn;
mod confirm_holds;
mod create_oms_order;
mod hold_points;
mod place;
mod post_sales_order;
mod reserve_stock;

pub(crate) use accrue_pending::AccruePending;
pub(crate) use authorise_payment::AuthorisePayment;
pub(crate) use check_backorder::CheckBackorder;
pub(crate) use confirm_burn::ConfirmBurn;
pub(crate) use confirm_holds::ConfirmHolds;
pub(crate) use create_oms_order::CreateOmsOrder;
pub(crate) use hold_points::HoldPoints;
pub(crate) use place::Place;
pub(crate) use post_sales_order::PostSalesOrder;
pub(crate) use reserve_stock::ReserveStock;
