//! The return record: units decided at the pivot, legs as they are confirmed.

use crate::{LegState, LegView, ReturnStatus, ReturnView, ReturnedUnit};
use crossdock_model::{
    Correlation, Currency, ExternalRef, LocationId, MemberId, Money, OrderId, ReturnId, Timestamp,
    UnitId,
};
use proc_order_contract::{Funding, Pins, Share};
use serde::{Deserialize, Serialize};

/// A return as decided: frozen at its pivot, closed when all legs were read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Return {
    /// Ours.
    pub id: ReturnId,
    /// The order.
    pub order_id: OrderId,
    /// The channel that took it.
    pub channel: String,
    /// Where it was taken.
    pub location: LocationId,
    /// The member, where points move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// The order's currency.
    pub currency: Currency,
    /// The backends that the order pinned.
    pub pins: Pins,
    /// What came back.
    pub units: Vec<ReturnedUnit>,
    /// The frozen columns of those units.
    pub share: Share,
    /// Who paid for the points burnt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<Funding>,
    /// The shipments that the units left with, whose tax is reversed.
    pub shipments: Vec<(String, Vec<UnitId>)>,
    /// How its legs stand.
    pub legs: Legs,
    /// The order's journey.
    pub correlation: Correlation,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// When it closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

/// The four legs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Legs {
    /// Money back to the card.
    pub refund: Leg,
    /// Goods back into stock.
    pub stock: Leg,
    /// Points restored and taken back.
    pub loyalty: Leg,
    /// Credit memo, tax reversal.
    pub books: Leg,
}

/// One leg: the references that were read back, or that nothing was needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Whether there is nothing to do.
    #[serde(default)]
    pub not_needed: bool,
    /// As read back from the systems.
    #[serde(default)]
    pub references: Vec<ExternalRef>,
}

impl Return {
    /// The record kind in the store.
    pub const KIND: &'static str = "return";

    /// Money back to the card.
    pub fn refund(&self) -> Money {
        self.share.paid(self.currency)
    }

    /// As its readers see it.
    pub fn view(&self) -> ReturnView {
        let closed = self.closed_at.is_some();
        let leg = |name: &str, leg: &Leg| LegView {
            leg: name.to_owned(),
            state: match (leg.not_needed, leg.references.is_empty()) {
                (true, _) => LegState::NotNeeded,
                (false, true) => LegState::Open,
                (false, false) => LegState::Settled,
            },
            references: leg.references.clone(),
        };
        ReturnView {
            id: self.id,
            order_id: self.order_id,
            location: self.location.clone(),
            channel: self.channel.clone(),
            status: if closed {
                ReturnStatus::Closed
            } else {
                ReturnStatus::Settling
            },
            units: self.units.clone(),
            refund: self.refund(),
            tax: Money::new(self.share.tax, self.currency),
            points_restored: self.share.burn_points,
            points_reversed: self.share.earn_points,
            legs: vec![
                leg("refund", &self.legs.refund),
                leg("stock", &self.legs.stock),
                leg("loyalty", &self.legs.loyalty),
                leg("books", &self.legs.books),
            ],
            decided_at: self.decided_at,
            closed_at: self.closed_at,
        }
    }
}
