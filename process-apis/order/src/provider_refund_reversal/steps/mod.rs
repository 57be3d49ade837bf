//! The steps of `reverse-provider-refund`, one a file.

mod pay_owed;
mod post_came_back;
mod post_paid;
mod record_came_back;

pub(crate) use pay_owed::PayOwed;
pub(crate) use post_came_back::RefundCameBack;
pub(crate) use post_paid::PaidByHand;
pub(crate) use record_came_back::RecordCameBack;
