//! A committed return: the pivot decides, four legs settle, each is read back before it closes.

use crate::lifecycle::ReturningLife;
use crate::steps::{
    close_return::CloseReturn, decide_return::DecideReturn, post_credit_memo::PostCreditMemo,
    post_goods_receipt::PostGoodsReceipt, post_refund_settled::PostRefundSettled,
    receive_goods::ReceiveGoods, refund_payment::RefundPayment, refund_settled::RefundHasSettled,
    restore_burn::RestoreBurn, reverse_accrual::ReverseAccrual, reverse_tax::ReverseTax,
};
use crate::systems::Systems;
use crossdock_desk::WithDesk;
use crossdock_model::{ExternalRef, Points, Program, Timestamp};
use crossdock_workflow::{
    AtRisk, AwaitExt as _, Chain, DefinitionError, LegAfter, State, StepExt as _, Workflow, leg,
    workflow,
};
use proc_return_contract::{Legs, Return, ReturnLine};
use serde::{Deserialize, Serialize};

/// The workflow's name.
pub(crate) const NAME: &str = "commit-return";

/// The process, read aloud.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    workflow::<Returning>(NAME)
        .pivot(DecideReturn) // one commit: units taken back, money and points decided
        .all([
            ("refund", refund(systems)),
            ("stock", stock(systems)),
            ("loyalty", loyalty(systems)),
            ("books", books(systems)),
        ])
        .step(CloseReturn(systems.clone())) // reads every leg back from its system, then closes
        .lifecycle(WithDesk(ReturningLife))
        .build()
}

/// A leg behind the pivot.
type Leg = Chain<Returning, LegAfter>;

/// What was returned may have cost only points, or nothing.
fn refund(systems: &Systems) -> Leg {
    leg()
        .step(RefundPayment(systems.payment.clone()).when("owes-money", refunds))
        .wait(RefundHasSettled.when("owes-money", refunds))
        .step(PostRefundSettled(systems.erp.clone()).when("owes-money", refunds))
}

fn stock(systems: &Systems) -> Leg {
    leg()
        .step(ReceiveGoods(systems.oms.clone()))
        .step(PostGoodsReceipt(systems.erp.clone()))
}

fn loyalty(systems: &Systems) -> Leg {
    leg()
        .step(RestoreBurn(systems.loyalty.clone()).when("burnt-points", burnt))
        .step(ReverseAccrual(systems.loyalty.clone()).when("earned-points", earned))
}

fn books(systems: &Systems) -> Leg {
    leg()
        .step(PostCreditMemo(systems.erp.clone()).when("owes-anything", owes))
        .step(ReverseTax(systems.tax.clone()))
}

/// What is known about a return.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Returning {
    /// The return as the pivot decides it.
    pub(crate) returned: Return,
    /// What was asked for.
    pub(crate) lines: Vec<ReturnLine>,
    /// The programme of the points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) program: Option<Program>,
    /// What the points that the units earned are worth in the books, in minor units.
    #[serde(default)]
    pub(crate) liability: i64,
    /// Each unit's taxable amount and tax, by its id, per shipment document.
    pub(crate) tax: Vec<(String, Vec<TaxedUnit>)>,
    /// The refund at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refund: Option<ExternalRef>,
    /// When the refund reached the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refund_settled_at: Option<Timestamp>,
    /// Why the refund failed after it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refund_failed: Option<String>,
    /// The points restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) restored: Option<ExternalRef>,
    /// The points taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reversed: Option<ExternalRef>,
    /// The goods receipt at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) goods_receipt: Option<ExternalRef>,
    /// The credit memo at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) credit_memo: Option<ExternalRef>,
    /// The legs as read back.
    #[serde(default)]
    pub(crate) legs: Legs,
}

/// A unit's part of a tax document, in minor units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TaxedUnit {
    /// The document's line: the unit's id.
    pub(crate) id: String,
    /// What was taxed.
    pub(crate) taxable: i64,
    /// The tax.
    pub(crate) tax: i64,
}

/// Whether money goes back.
pub(crate) fn refunds(state: &Returning) -> bool {
    state.returned.share.net_paid > 0
}

fn owes(state: &Returning) -> bool {
    let share = state.returned.share;
    share.net_paid > 0 || share.burn_money > 0 || share.earn_points > 0
}

fn burnt(state: &Returning) -> bool {
    state.returned.share.burn_points > 0
}

fn earned(state: &Returning) -> bool {
    state.returned.member.is_some() && state.returned.share.earn_points > 0
}

impl Returning {
    /// Points of the order's programme.
    pub(crate) fn points(&self, quantity: i64) -> Option<Points> {
        self.program
            .as_ref()
            .map(|program| Points::new(quantity, program))
    }

    /// The return's id as every backend knows it.
    pub(crate) fn reference(&self) -> String {
        self.returned.id.to_string()
    }

    /// The order's id as every backend knows it.
    pub(crate) fn order(&self) -> String {
        self.returned.order_id.to_string()
    }
}

impl State for Returning {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: Some(self.returned.refund()),
            points: self.points(self.returned.share.burn_points),
        }
    }
}
