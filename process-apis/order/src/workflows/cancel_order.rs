//! Cancelling an order before shipment: the OMS decides, then everything held goes back.

use crate::lifecycle::CancellingLife;
use crate::steps::{
    cancel_accrual::CancelAccrual, cancel_at_oms::CancelAtOms,
    cancel_sales_order::CancelSalesOrder, record_cancellation::RecordCancellation,
    restore_burn::RestoreBurn, void_payment::VoidPayment,
};
use crate::systems::Systems;
use crossdock_desk::WithDesk;
use crossdock_model::Points;
use crossdock_workflow::{AtRisk, DefinitionError, State, StepExt as _, Workflow, leg, workflow};
use proc_order_contract::{Mode, Order};
use serde::{Deserialize, Serialize};

/// The workflow's name.
pub(crate) const NAME: &str = "cancel-order";

/// The process, read aloud.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    workflow::<Cancelling>(NAME)
        .step_without_undo(
            CancelAtOms(systems.oms.clone()),
            "an accepted cancellation cannot be taken back; what follows only goes forward",
        )
        .pivot(RecordCancellation) // one commit: every unit given up, OrderCancelled
        .all([
            ("payment", leg().step(VoidPayment(systems.payment.clone()).when("owed-money", owed_money))),
            (
                "loyalty",
                leg()
                    .step(RestoreBurn(systems.loyalty.clone()).when("redeemed-points", redeemed))
                    .step(CancelAccrual(systems.loyalty.clone()).when("earned-points", earned)),
            ),
            ("books", leg().step(CancelSalesOrder(systems.erp.clone()))),
        ])
        .lifecycle(WithDesk(CancellingLife))
        .build()
}

/// What is known about a cancellation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cancelling {
    /// The order as it stood when the wish came.
    pub(crate) order: Order,
    /// Why.
    pub(crate) reason: String,
}

fn owed_money(state: &Cancelling) -> bool {
    state.order.mode == Mode::Checkout && !state.order.totals.card.is_zero()
}

fn redeemed(state: &Cancelling) -> bool {
    state.order.redemption.is_some()
}

fn earned(state: &Cancelling) -> bool {
    state.order.member.is_some()
        && state
            .order
            .earn
            .as_ref()
            .is_some_and(|earn| earn.points > 0)
}

impl State for Cancelling {
    fn at_risk(&self) -> AtRisk {
        let burnt = self.order.redemption.as_ref();
        AtRisk {
            money: Some(self.order.totals.card),
            points: burnt.map(|burnt| Points::new(burnt.points, &burnt.program)),
        }
    }
}
