//! The return record: units decided at the pivot, legs as they are confirmed.

use crate::{LegState, LegView, ReturnStatus, ReturnView, ReturnedUnits};
use crossdock_model::{
    Correlation, Currency, ExternalRef, LocationId, MemberId, Money, OrderId, ReturnId, Timestamp,
    UnitRange,
};
use proc_order_contract::{Funding, Pins, Share};
use serde::{Deserialize, Serialize};

/// A return as decided: frozen at its pivot, closed when all legs were read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Return {
    /// The return's id, which is its reference at every backend.
    pub id: ReturnId,
    /// The order that the units were sold with.
    pub order_id: OrderId,
    /// The channel that took the return.
    pub channel: String,
    /// The store or warehouse that took the goods.
    pub location: LocationId,
    /// The loyalty member whose points move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// The currency of the order and of every amount here.
    pub currency: Currency,
    /// The connector instances that the order pinned, which settle the return too.
    pub pins: Pins,
    /// The units that came back, with the part that each has of the refund.
    pub units: Vec<ReturnedUnits>,
    /// The sum of these units' frozen columns.
    pub share: Share,
    /// Who bore the cost of the points burnt, and is owed what is restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<Funding>,
    /// The shipments that the units left with, whose tax is reversed.
    pub shipments: Vec<(String, Vec<UnitRange>)>,
    /// What goes back to the card, where other than what was paid for the units: their money went back at the payment
    /// provider before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_due: Option<Money>,
    /// When the refund reached the customer's account; none before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_settled_at: Option<Timestamp>,
    /// Why the refund came back after it had settled, where it did: the money is owed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_reversed: Option<String>,
    /// The payment by hand that took the place of a refund which the provider could not make, by its reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_by_hand: Option<String>,
    /// The legs as read back; empty until the return closes.
    pub legs: Legs,
    /// The correlation id of the order, which every event of the return shares.
    pub correlation: Correlation,
    /// When the pivot was committed.
    pub decided_at: Timestamp,
    /// When every leg had been read back; none before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
}

/// The four legs that a return is settled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Legs {
    /// Refund at the payment provider, and its journal entry.
    pub refund: Leg,
    /// Return receipt at the OMS, goods receipt at the ERP.
    pub stock: Leg,
    /// Burn restored and accrual reversed at the loyalty engine.
    pub loyalty: Leg,
    /// Credit memo at the ERP, reversals at the tax engine.
    pub books: Leg,
}

/// One leg: the references that were read back, or that nothing was needed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Whether there was nothing to settle.
    #[serde(default)]
    pub not_needed: bool,
    /// The documents' references, as read back from their systems.
    #[serde(default)]
    pub references: Vec<ExternalRef>,
}

impl Leg {
    /// Whether it was read back, or nothing was needed.
    pub fn is_settled(&self) -> bool {
        self.not_needed || !self.references.is_empty()
    }
}

impl Return {
    /// The kind of the return's record in the store.
    pub const KIND: &'static str = "return";

    /// Money that goes back to the card, tax included.
    pub fn refund(&self) -> Money {
        self.refund_due
            .unwrap_or_else(|| self.share.paid(self.currency))
    }

    /// Closes it once every leg is settled; whether it is closed by that.
    pub fn close(&mut self, now: Timestamp) -> bool {
        let legs = &self.legs;
        let mut all = [&legs.refund, &legs.stock, &legs.loyalty, &legs.books].into_iter();
        let closes = self.closed_at.is_none() && all.all(Leg::is_settled);
        if closes {
            self.closed_at = Some(now);
        }
        closes
    }

    /// The return as its channels and agents read it.
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
