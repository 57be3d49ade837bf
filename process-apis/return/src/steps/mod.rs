//! One step a file.

pub(crate) mod close_return;
pub(crate) mod decide_return;
pub(crate) mod post_credit_memo;
pub(crate) mod post_goods_receipt;
pub(crate) mod post_refund_settled;
pub(crate) mod receive_goods;
pub(crate) mod refund_payment;
pub(crate) mod refund_settled;
pub(crate) mod restore_burn;
pub(crate) mod reverse_accrual;
pub(crate) mod reverse_tax;
