//! What the workflow knows about a cancellation.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{
    CancellationId, ExternalRef, LineId, Money, Points, Program, Refusal, Timestamp,
};
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::{
    Cancelled, DecidedBy, Lifecycle, Mode, Order, Share, UnitRun, UnitState,
};
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `cancel-order` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cancelling {
    /// The cancellation, as the backends know it.
    pub(crate) id: CancellationId,
    /// The order as it stood when the request came.
    pub(crate) order: Order,
    /// How many units of each line are to be given up; the whole order where there is none.
    pub(crate) asked: Vec<(LineId, u32)>,
    /// The customer's or agent's reason, for the event and for the ERP.
    pub(crate) reason: String,
    /// Who decided it.
    pub(crate) decided_by: DecidedBy,
    /// What was given up, from the pivot on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) given_up: Option<GivenUp>,
    /// What was released of the authorisation, over all voids of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) voided: Option<Money>,
    /// The restored burn at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) restored: Option<ExternalRef>,
    /// The reversed accrual at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reversed: Option<ExternalRef>,
    /// The amendment of the sales order at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) amendment: Option<ExternalRef>,
}

/// What the pivot decides, from the order as it stands in its commit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GivenUp {
    /// The units with their money and points, as the caller is told.
    pub(crate) cancelled: Cancelled,
    /// The frozen rows of the units.
    pub(crate) rows: Vec<UnitRun>,
    /// Whether nothing of the order is left.
    pub(crate) ends_order: bool,
    /// What will be captured of the order, where nothing is left to pack: beyond that its authorisation can go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) captures: Option<Money>,
}

impl GivenUp {
    /// Takes what was asked for from the order, and says what it comes to.
    pub(crate) fn of(state: &Cancelling, order: &Order, now: Timestamp) -> Result<Self, Refusal> {
        let units = order.cancellable(&state.wanted(order))?;
        if units.is_empty() {
            let detail = format!("nothing of order {} is left to cancel", order.id);
            return Err(Refusal::new("cancellation_refused", detail));
        }
        let mut after = order.clone();
        after.cancel(&units)?;
        let rows = order.rows(&units);
        let ends_order = after.lifecycle == Lifecycle::Cancelled;
        // Charges go with the first shipment; where there will be none, they go with the last unit.
        let charges = after.charges.iter().filter(|_charge| ends_order);
        let share = Share::of(&rows).with(charges);
        let paid = share.paid(order.currency);
        let nothing = Money::new(0, order.currency);
        let (released, owed) = match order.mode {
            Mode::Checkout => (paid, nothing),
            Mode::Captured => (nothing, paid),
        };
        let earned = order.member.as_ref().map_or(0, |_member| share.earn_points);
        Ok(Self {
            cancelled: Cancelled {
                id: state.id,
                order_id: order.id,
                units,
                released,
                owed,
                points_restored: share.burn_points,
                points_cancelled: earned,
                at: now,
            },
            rows,
            ends_order,
            captures: after.claimed_at_most(),
        })
    }
}

impl Cancelling {
    /// A cancellation as it is asked for.
    pub(crate) fn new(
        id: CancellationId,
        order: Order,
        asked: Vec<(LineId, u32)>,
        (reason, decided_by): (String, DecidedBy),
    ) -> Self {
        Self {
            id,
            order,
            asked,
            reason,
            decided_by,
            given_up: None,
            voided: None,
            restored: None,
            reversed: None,
            amendment: None,
        }
    }

    /// What is to be given up of the order as it stands: of the whole order every line that has something left.
    fn wanted(&self, order: &Order) -> Vec<(LineId, Option<u32>)> {
        if self.is_whole() {
            let mut open: Vec<LineId> = Vec::new();
            for run in order.units_in(UnitState::Open) {
                if open.last() != Some(run.units.line()) {
                    open.push(run.units.line().clone());
                }
            }
            return open.into_iter().map(|line| (line, None)).collect();
        }
        let asked = self.asked.iter();
        asked
            .map(|(line, units)| (line.clone(), Some(*units)))
            .collect()
    }

    /// Whether the order is to be given up as a whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.asked.is_empty()
    }

    /// The cancellation's reference at every backend.
    pub(crate) fn reference(&self) -> String {
        self.id.to_string()
    }

    /// The frozen rows of the units that are given up; none before the pivot.
    pub(crate) fn rows(&self) -> &[UnitRun] {
        self.given_up
            .as_ref()
            .map_or(&[], |given_up| &given_up.rows)
    }

    /// The programme that the order's points are of.
    pub(crate) fn program(&self) -> Option<&Program> {
        let burnt = self.order.redemption.as_ref().map(|burnt| &burnt.program);
        burnt.or(self.order.earn.as_ref().map(|earn| &earn.program))
    }

    fn decided(&self, holds: impl Fn(&GivenUp) -> bool) -> bool {
        self.given_up.as_ref().is_some_and(holds)
    }

    pub(crate) fn releases_money(&self) -> bool {
        self.decided(|given_up| given_up.captures.is_some())
    }

    pub(crate) fn owes_money(&self) -> bool {
        self.decided(|given_up| !given_up.cancelled.owed.is_zero())
    }

    pub(crate) fn redeemed(&self) -> bool {
        self.decided(|given_up| given_up.cancelled.points_restored > 0)
    }

    pub(crate) fn earned(&self) -> bool {
        self.decided(|given_up| given_up.cancelled.points_cancelled > 0)
    }

    pub(crate) fn ends_order(&self) -> bool {
        self.decided(|given_up| given_up.ends_order)
    }

    pub(crate) fn leaves_order(&self) -> bool {
        self.decided(|given_up| !given_up.ends_order)
    }
}

impl State for Cancelling {
    fn at_risk(&self) -> AtRisk {
        let Some(given_up) = &self.given_up else {
            let burnt = self.order.redemption.as_ref();
            return AtRisk {
                money: Some(self.order.totals.card),
                points: burnt.map(|burnt| Points::new(burnt.points, &burnt.program)),
            };
        };
        let share = Share::of(&given_up.rows);
        let program = self.program().filter(|_program| share.burn_points > 0);
        AtRisk {
            money: Some(match self.order.mode {
                Mode::Checkout => given_up.cancelled.released,
                Mode::Captured => given_up.cancelled.owed,
            }),
            points: program.map(|program| Points::new(share.burn_points, program)),
        }
    }
}

impl HasCase for Cancelling {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order.id)
    }
}
