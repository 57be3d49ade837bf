//! The steps of a return, one a file: what each asks of a system, what it records.

mod await_refund_settled;
mod close_return;
mod decide_return;
mod pay_by_hand;
mod plan_refund;
mod post_credit_memo;
mod post_goods_receipt;
mod post_refund_settled;
mod receive_goods;
mod refund_payment;
mod restore_burn;
mod reverse_accrual;
mod reverse_tax;

pub(crate) use await_refund_settled::{AwaitRefundSettled, RefundOutcome};
pub(crate) use close_return::{CloseReturn, leg_settled, return_closed};
pub(crate) use decide_return::DecideReturn;
pub(crate) use pay_by_hand::PayByHand;
pub(crate) use plan_refund::PlanRefund;
pub(crate) use post_credit_memo::PostCreditMemo;
pub(crate) use post_goods_receipt::PostGoodsReceipt;
pub(crate) use post_refund_settled::PostRefundSettled;
pub(crate) use receive_goods::ReceiveGoods;
pub(crate) use refund_payment::RefundPayment;
pub(crate) use restore_burn::RestoreBurn;
pub(crate) use reverse_accrual::ReverseAccrual;
pub(crate) use reverse_tax::ReverseTax;
