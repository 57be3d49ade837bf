//! The steps of `reopen-refund` that a return that is settled does not have, one a file.

mod close_refund;
mod post_refund_reversed;
mod record_refund_reversed;

pub(crate) use close_refund::CloseRefund;
pub(crate) use post_refund_reversed::PostRefundReversed;
pub(crate) use record_refund_reversed::RecordRefundReversed;
