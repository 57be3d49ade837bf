//! What the workflow knows about one shipment.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{
    Currency, ExternalRef, LineId, LocationId, Money, OrderId, Quantity, Refusal, Sku, Timestamp,
    UnitRange,
};
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::{Charge, Mode, Order, Pins, Redemption, Share, Shipment, UnitRun};
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `fulfil-shipment` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fulfilling {
    /// The order that it is a shipment of.
    pub(crate) order_id: OrderId,
    /// Whether the order was paid here.
    pub(crate) mode: Mode,
    /// The order's currency.
    pub(crate) currency: Currency,
    /// The backend instances that the order is settled by.
    pub(crate) pins: Pins,
    /// The points burnt over the order, which the books say the funding of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) redemption: Option<Redemption>,
    /// The OMS's fulfilment order, which names the shipment.
    pub(crate) fulfilment_order: String,
    /// The store or warehouse that it leaves from.
    pub(crate) location: LocationId,
    /// How many units of each line, as the OMS packed them.
    pub(crate) lines: Vec<(LineId, u32)>,
    /// What leaves, once the step `pack-units` has chosen it.
    #[serde(default)]
    pub(crate) packed: Packed,
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
    /// What was released of the authorisation, over all voids of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) voided: Option<Money>,
}

/// What leaves with a shipment, frozen when it was chosen; money in minor units of the order's currency.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Packed {
    /// The rows of the units, as sold.
    pub(crate) units: Vec<UnitRun>,
    /// The charges that are captured along.
    pub(crate) charges: Vec<Charge>,
    /// What the points that the units earn are worth in the books.
    pub(crate) liability: i64,
    /// Whether nothing else of the order is to be paid for after it.
    pub(crate) last: bool,
    /// What all shipments of the order come to, this one included.
    pub(crate) all_shipments: i64,
    /// Whether more than that is reserved for the order, with nothing left to pack and no capture that ends it.
    #[serde(default)]
    pub(crate) leaves_rest: bool,
}

/// What leaves of one line.
pub(crate) struct PackedLine<'a> {
    pub(crate) line: &'a LineId,
    pub(crate) sku: &'a Sku,
    runs: Vec<&'a UnitRun>,
}

impl PackedLine<'_> {
    /// How many units; none of no units.
    pub(crate) fn quantity(&self) -> Option<Quantity> {
        Quantity::new(self.runs.iter().map(|run| run.units.count()).sum())
    }

    /// The sum of their columns.
    pub(crate) fn share(&self) -> Share {
        Share::of(self.runs.iter().copied())
    }
}

impl Packed {
    /// What the order's record says of a shipment that is packed in it.
    pub(crate) fn of(order: &Order, shipment: &str, units: &[UnitRange]) -> Result<Self, Refusal> {
        let along = |charge: &&Charge| charge.shipment.as_deref() == Some(shipment);
        let last = order.is_last(shipment);
        let ends_reservation = last && order.shipment_share(shipment).net_paid > 0;
        Ok(Self {
            units: order.rows(units),
            charges: order.charges.iter().filter(along).cloned().collect(),
            liability: order.earned_liability(units)?,
            last,
            all_shipments: order.claimed(),
            leaves_rest: order.claimed_at_most().is_some() && !ends_reservation,
        })
    }

    /// The sum of its columns, charges included.
    pub(crate) fn share(&self) -> Share {
        Share::of(&self.units).with(&self.charges)
    }

    /// Which units they are.
    pub(crate) fn ids(&self) -> Vec<UnitRange> {
        self.units.iter().map(|run| run.units.clone()).collect()
    }

    /// What leaves of each line, in the sequence of the lines.
    pub(crate) fn by_line(&self) -> Vec<PackedLine<'_>> {
        let mut lines: Vec<PackedLine<'_>> = Vec::new();
        for run in &self.units {
            let line = run.units.line();
            let at = lines.iter().position(|packed| packed.line == line);
            let at = at.unwrap_or_else(|| {
                lines.push(PackedLine {
                    line,
                    sku: &run.sku,
                    runs: Vec::new(),
                });
                lines.len() - 1
            });
            if let Some(packed) = lines.get_mut(at) {
                packed.runs.push(run);
            }
        }
        lines
    }
}

impl Fulfilling {
    /// A shipment that the OMS has packed, before its units are chosen.
    pub(crate) fn new(
        order: &Order,
        fulfilment_order: String,
        location: LocationId,
        lines: Vec<(LineId, u32)>,
    ) -> Self {
        Self {
            order_id: order.id,
            mode: order.mode,
            currency: order.currency,
            pins: order.pins.clone(),
            redemption: order.redemption.clone(),
            fulfilment_order,
            location,
            lines,
            packed: Packed::default(),
            capture: None,
            tracking: None,
            shipped_at: None,
            goods_issue: None,
            invoice: None,
            voided: None,
        }
    }

    /// The shipment's natural key at every backend.
    pub(crate) fn reference(&self) -> String {
        Shipment::reference(self.order_id, &self.fulfilment_order)
    }

    /// Whether it is this shipment that releases what is reserved for units that were given up.
    pub(crate) fn leaves_rest(&self) -> bool {
        self.packed.leaves_rest
    }

    pub(crate) fn owes_money(&self) -> bool {
        self.mode == Mode::Checkout && self.packed.share().net_paid > 0
    }
}

impl State for Fulfilling {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: Some(self.packed.share().paid(self.currency)),
            points: None,
        }
    }
}

impl HasCase for Fulfilling {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order_id)
    }
}
