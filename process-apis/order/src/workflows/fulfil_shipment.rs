//! One shipment of an order: its units are assigned, paid for, let go, and booked as sold.

use crate::steps::{
    authorise_shipment::AuthoriseShipment,
    await_shipped::Shipped,
    capture_payment::CapturePayment,
    commit_tax::CommitTax,
    pack_units::{PackUnits, TakeNote},
    post_goods_issue::PostGoodsIssue,
    post_invoice::PostInvoice,
};
use crate::systems::Systems;
use crossdock_desk::{Uneventful, WithDesk};
use crossdock_model::{ExternalRef, LineId, LocationId, OrderId, Timestamp, UnitId};
use crossdock_workflow::{AtRisk, DefinitionError, State, StepExt as _, Workflow, leg, workflow};
use proc_order_contract::{Order, Share};
use serde::{Deserialize, Serialize};

/// The workflow's name.
pub(crate) const NAME: &str = "fulfil-shipment";

/// The process, read aloud. Capture comes against the packed shipment, before it may leave.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    workflow::<Fulfilling>(NAME)
        .pivot(TakeNote) // the OMS has packed it: a fact
        .step(PackUnits) // which units leave, lowest free number first
        .step(CapturePayment(systems.payment.clone()).when("owes-money", Fulfilling::owes_money))
        .step(AuthoriseShipment(systems.oms.clone()))
        .all([
            ("tax", leg().step(CommitTax(systems.tax.clone()))),
            (
                "goods",
                leg()
                    .wait(Shipped) // one commit with it: the units have left, OrderShipped
                    .step(PostGoodsIssue(systems.erp.clone()))
                    .step(PostInvoice(systems.erp.clone())),
            ),
        ])
        .lifecycle(WithDesk(Uneventful))
        .build()
}

/// What is known about a shipment.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fulfilling {
    /// The order with this shipment packed; what was sold never changes.
    pub(crate) order: Order,
    /// The OMS's fulfilment order, which names the shipment.
    pub(crate) fulfilment_order: String,
    /// Where it leaves from.
    pub(crate) location: LocationId,
    /// How many of each line.
    pub(crate) lines: Vec<(LineId, u32)>,
    /// Which units, as the pivot assigns them.
    pub(crate) units: Vec<UnitId>,
    /// Their columns, with the charges captured along.
    pub(crate) share: Share,
    /// The capture at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) capture: Option<ExternalRef>,
    /// The carrier's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tracking: Option<String>,
    /// When it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shipped_at: Option<Timestamp>,
    /// The goods issue at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) goods_issue: Option<ExternalRef>,
    /// The invoice at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) invoice: Option<ExternalRef>,
}

impl Fulfilling {
    /// A shipment about to be packed. What cannot be packed has no units, and parks when it is tried.
    pub(crate) fn new(
        mut order: Order,
        fulfilment_order: String,
        location: LocationId,
        lines: Vec<(LineId, u32)>,
    ) -> Self {
        let packed = order.pack(&fulfilment_order, location.clone(), &lines);
        let units = packed.unwrap_or_default();
        let share = order.shipment_share(&fulfilment_order);
        Self {
            order,
            fulfilment_order,
            location,
            lines,
            units,
            share,
            capture: None,
            tracking: None,
            shipped_at: None,
            goods_issue: None,
            invoice: None,
        }
    }

    /// The order's id.
    pub(crate) fn order_id(&self) -> OrderId {
        self.order.id
    }

    /// The shipment's natural key at every backend.
    pub(crate) fn reference(&self) -> String {
        crate::records::shipment_reference(self.order.id, &self.fulfilment_order)
    }

    fn owes_money(&self) -> bool {
        self.order.mode == proc_order_contract::Mode::Checkout && self.share.net_paid > 0
    }
}

impl State for Fulfilling {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: Some(self.share.paid(self.order.currency)),
            points: None,
        }
    }
}
