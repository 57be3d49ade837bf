//! Placing an order: three holds that can be taken back, the pivot, four legs that only go forward.

use crate::lifecycle::PlacingLife;
use crate::steps::{
    accrue_pending::AccruePending, authorise_payment::AuthorisePayment, confirm_burn::ConfirmBurn,
    create_oms_order::CreateOmsOrder, hold_points::HoldPoints, place::Place,
    post_sales_order::PostSalesOrder, reserve_stock::ReserveStock,
};
use crate::systems::Systems;
use crossdock_desk::WithDesk;
use crossdock_model::{ExternalRef, Money, Points};
use crossdock_workflow::{AtRisk, DefinitionError, State, StepExt as _, Workflow, leg, workflow};
use proc_order_contract::Order;
use serde::{Deserialize, Serialize};

/// The workflow's name.
pub(crate) const NAME: &str = "place-order";

/// The process, read aloud.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    workflow::<Placing>(NAME)
        .step(ReserveStock(systems.oms.clone(), systems.hold_seconds)) // undo: release
        .step(HoldPoints(systems.loyalty.clone(), systems.hold_seconds).when("redeems-points", redeems)) // undo: release
        .step(AuthorisePayment(systems.payment.clone()).when("owes-money", Placing::owes_money)) // undo: void
        .pivot(Place) // one commit: the order as sold, its allocation, OrderPlaced
        .all([
            ("oms", leg().step(CreateOmsOrder(systems.oms.clone()))),
            ("burn", leg().step(ConfirmBurn(systems.loyalty.clone()).when("redeems-points", redeems))),
            ("earn", leg().step(AccruePending::new(systems).when("earns-points", Placing::earns))),
            ("books", leg().step(PostSalesOrder(systems.erp.clone()))),
        ])
        .lifecycle(WithDesk(PlacingLife))
        .build()
}

/// What is known about an order that is being placed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Placing {
    /// The order as it will be sold.
    pub(crate) order: Order,
    /// The payment provider's token, in checkout mode with money to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tender: Option<String>,
    /// What the platform says it took, in captured mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tendered: Option<Money>,
    /// The reservation at the OMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reservation: Option<ExternalRef>,
    /// The hold at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hold: Option<ExternalRef>,
    /// The authorisation at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payment: Option<ExternalRef>,
    /// The burnt points at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) burn: Option<ExternalRef>,
    /// The pending points at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accrual: Option<ExternalRef>,
    /// Whether nobody could be asked what the order earns: asked when the points are booked.
    #[serde(default)]
    pub(crate) earn_unasked: bool,
    /// The sales order at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sales_order: Option<ExternalRef>,
}

impl Placing {
    /// An order about to be placed.
    pub(crate) fn new(order: Order, tender: Option<String>) -> Self {
        Self {
            order,
            tender,
            tendered: None,
            reservation: None,
            hold: None,
            payment: None,
            burn: None,
            accrual: None,
            earn_unasked: false,
            sales_order: None,
        }
    }

    fn owes_money(&self) -> bool {
        !self.order.totals.card.is_zero()
    }

    pub(crate) fn earns(&self) -> bool {
        let has_points = self.order.earn.as_ref().is_some_and(|earn| earn.points > 0);
        self.earn_unasked || (self.order.member.is_some() && has_points)
    }
}

fn redeems(state: &Placing) -> bool {
    state.order.redemption.is_some()
}

impl State for Placing {
    fn at_risk(&self) -> AtRisk {
        let points = self.order.redemption.as_ref();
        AtRisk {
            money: Some(self.order.totals.card),
            points: points.map(|burnt| Points::new(burnt.points, &burnt.program)),
        }
    }
}
