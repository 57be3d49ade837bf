//! What the workflow knows about one shipment.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{ExternalRef, LineId, LocationId, OrderId, Timestamp, UnitId};
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::{Mode, Order, Share, Shipment};
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `fulfil-shipment` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fulfilling {
    /// The order with this shipment packed; what was sold never changes.
    pub(crate) order: Order,
    /// The OMS's fulfilment order, which names the shipment.
    pub(crate) fulfilment_order: String,
    /// The store or warehouse that it leaves from.
    pub(crate) location: LocationId,
    /// How many units of each line, as the OMS packed them.
    pub(crate) lines: Vec<(LineId, u32)>,
    /// The units that are meant to leave, which the step `pack-units` assigns.
    pub(crate) units: Vec<UnitId>,
    /// Their columns, with the charges captured along.
    pub(crate) share: Share,
    /// The capture at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) capture: Option<ExternalRef>,
    /// The carrier's tracking number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tracking: Option<String>,
    /// When the OMS says that it left.
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

    pub(crate) fn order_id(&self) -> OrderId {
        self.order.id
    }

    /// The shipment's natural key at every backend.
    pub(crate) fn reference(&self) -> String {
        Shipment::reference(self.order.id, &self.fulfilment_order)
    }

    pub(crate) fn owes_money(&self) -> bool {
        self.order.mode == Mode::Checkout && self.share.net_paid > 0
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

impl HasCase for Fulfilling {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order.id)
    }
}
