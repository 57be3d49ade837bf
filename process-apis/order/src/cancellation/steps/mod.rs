//! The steps of a cancellation, one a file.

mod amend_sales_order;
mod cancel_accrual;
mod cancel_at_oms;
mod cancel_sales_order;
mod record_cancellation;
mod refund_elsewhere;
mod restore_burn;
mod void_payment;

pub(crate) use amend_sales_order::AmendSalesOrder;
pub(crate) use cancel_accrual::CancelAccrual;
pub(crate) use cancel_at_oms::CancelAtOms;
pub(crate) use cancel_sales_order::CancelSalesOrder;
pub(crate) use record_cancellation::RecordCancellation;
pub(crate) use refund_elsewhere::RefundElsewhere;
pub(crate) use restore_burn::RestoreBurn;
pub(crate) use void_payment::VoidPayment;
