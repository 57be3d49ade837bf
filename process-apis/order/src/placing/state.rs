//! What the workflow knows about an order that is being placed, whoever took its money.

use crate::records::FEED;
use crate::search::PersonalKeys;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{ExternalRef, Money, Points, Refusal, Timestamp};
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::{Order, OrderLine};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use sys_oms_contract::{FulfilmentMode, WantedLine};

/// What a backend holds for the order, and until when: a hold that lapses is asked for again, never taken for granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// The backend's reference of it.
    pub(crate) reference: ExternalRef,
    /// When it lapses by itself.
    pub(crate) until: Timestamp,
    /// When its answer was recorded here.
    #[serde(default)]
    pub(crate) taken: Timestamp,
}

impl Held {
    /// The same, with the time of the commit that records it.
    pub(crate) fn taken_at(self, now: Timestamp) -> Self {
        Self { taken: now, ..self }
    }
}

/// A hold with less than this left is extended before the order is promised on it.
const SHORT: Duration = Duration::from_mins(1);

/// The state of `place-order` and of `accept-captured-order`; it is journaled, so it names nobody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Placing {
    /// The order as it will be sold.
    pub(crate) order: Order,
    /// For how long stock and points are held for it: as long as it was when it began, whatever is configured since.
    pub(crate) hold_seconds: u32,
    /// What the order is found by of its buyer, hashed.
    #[serde(default, skip_serializing_if = "PersonalKeys::is_empty")]
    pub(crate) personal: PersonalKeys,
    /// What the platform says it took, in captured mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tendered: Option<Money>,
    /// The reservation at the OMS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reservation: Option<Held>,
    /// The hold at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hold: Option<Held>,
    /// The authorisation at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payment: Option<Held>,
    /// The burn at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) burn: Option<ExternalRef>,
    /// The pending accrual at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accrual: Option<ExternalRef>,
    /// Whether the loyalty engine could not be asked what the order earns: the accrual asks it then.
    #[serde(default, rename = "earnUnasked")]
    pub(crate) earn_deferred: bool,
    /// The sales order at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sales_order: Option<ExternalRef>,
    /// Whether the OMS took the order on without having all of its goods.
    #[serde(default)]
    pub(crate) backordered: bool,
}

impl Placing {
    /// An order about to be placed.
    pub(crate) fn new(order: Order, hold_seconds: u32) -> Self {
        Self {
            order,
            hold_seconds,
            personal: PersonalKeys::default(),
            tendered: None,
            reservation: None,
            hold: None,
            payment: None,
            burn: None,
            accrual: None,
            earn_deferred: false,
            sales_order: None,
            backordered: false,
        }
    }

    pub(crate) fn owes_money(&self) -> bool {
        !self.order.totals.card.is_zero()
    }

    pub(crate) fn redeems(&self) -> bool {
        self.order.redemption.is_some()
    }

    pub(crate) fn earns(&self) -> bool {
        let has_points = self.order.earn.as_ref().is_some_and(|earn| earn.points > 0);
        self.earn_deferred || (self.order.member.is_some() && has_points)
    }

    /// What is held for the order, with the code of the refusal where it has lapsed.
    fn holds(&self) -> impl Iterator<Item = (&'static str, &Held)> {
        let holds = [
            ("reservation_expired", &self.reservation),
            ("hold_expired", &self.hold),
            ("authorisation_expired", &self.payment),
        ];
        holds
            .into_iter()
            .filter_map(|(code, held)| Some((code, held.as_ref()?)))
    }

    /// Whether some hold was about to lapse when the last one was taken: it took longer than a checkout does.
    pub(crate) fn holds_may_lapse(&self) -> bool {
        let last = self.holds().map(|(_, held)| held.taken).max();
        let safe = last.and_then(|last| last.checked_add(SHORT).ok());
        safe.is_some_and(|safe| self.holds().any(|(_, held)| held.until < safe))
    }

    /// Refuses to promise the order on a hold that has lapsed by now.
    pub(crate) fn are_held(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.holds().find(|(_, held)| held.until <= now) {
            None => Ok(()),
            Some((code, held)) => {
                let detail = format!(
                    "{} {} lapsed at {}, before the order could be accepted: order again",
                    held.reference.kind, held.reference.value, held.until
                );
                Err(Refusal::new(code, detail))
            }
        }
    }

    /// Whether the OMS has nobody for some of the order's goods.
    pub(crate) fn is_backordered(&self) -> bool {
        self.backordered
    }

    /// The order's lines as the OMS is asked for them; it chooses the locations.
    pub(crate) fn wanted_lines(&self) -> Vec<WantedLine> {
        let wanted = |line: &OrderLine| WantedLine {
            line: line.id.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity,
            location: None,
            fulfilment: FulfilmentMode::ShipFromStore,
        };
        self.order.lines.iter().map(wanted).collect()
    }
}

impl State for Placing {
    fn give_up_at(&self) -> Option<Timestamp> {
        // What is held for it is held no longer.
        let held = Duration::from_secs(u64::from(self.hold_seconds));
        self.order.received_at.checked_add(held).ok()
    }

    fn at_risk(&self) -> AtRisk {
        let points = self.order.redemption.as_ref();
        AtRisk {
            money: Some(self.order.totals.card),
            points: points.map(|burnt| Points::new(burnt.points, &burnt.program)),
        }
    }
}

impl HasCase for Placing {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order.id)
    }
}
