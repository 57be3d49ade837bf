//! What the workflow knows about a return that is being settled.

use crate::evaluate::{evaluate, shipments};
use crate::settlement::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{
    ExternalRef, Money, Points, Program, Refusal, ReturnId, Timestamp, UnitRange,
};
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::{Order, Share, Shipment, UnitRun};
use proc_return_contract::{CommitReturn, Legs, Return, ReturnLine};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What an instance of the workflow `commit-return` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Returning {
    /// The return: what was asked for, and from the pivot on what was decided.
    pub(crate) returned: Return,
    /// The lines as the channel asked to return them.
    pub(crate) lines: Vec<ReturnLine>,
    /// For how long after its shipment a unit may come back, in seconds.
    pub(crate) window: u64,
    /// The loyalty programme of the order's points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) program: Option<Program>,
    /// What the points that the units earned are worth in the books, in minor units.
    #[serde(default)]
    pub(crate) liability: i64,
    /// What is taken back of each line's tax, per shipment document.
    #[serde(default)]
    pub(crate) tax: Vec<(String, Vec<TaxedLine>)>,
    /// The refund at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refund: Option<ExternalRef>,
    /// When the refund reached the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refund_settled_at: Option<Timestamp>,
    /// Why the refund failed after it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refund_failed: Option<String>,
    /// The restored burn at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) restored: Option<ExternalRef>,
    /// The reversed accrual at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reversed: Option<ExternalRef>,
    /// The goods receipt at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) goods_receipt: Option<ExternalRef>,
    /// The credit memo at the ERP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) credit_memo: Option<ExternalRef>,
    /// The legs as they were read back before closing.
    #[serde(default)]
    pub(crate) legs: Legs,
}

/// The part of a tax document's line that comes back, in minor units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TaxedLine {
    /// The tax document's line, which is the order's.
    pub(crate) id: String,
    /// The amount that was taxed.
    pub(crate) taxable: i64,
    /// The tax on it, which is reversed.
    pub(crate) tax: i64,
}

/// What the pivot decides, from the order as it stands in its commit.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    returned: Return,
    liability: i64,
    tax: Vec<(String, Vec<TaxedLine>)>,
}

/// What comes back of each line's tax.
fn taxed(runs: &[UnitRun]) -> Vec<TaxedLine> {
    let mut lines: Vec<TaxedLine> = Vec::new();
    for run in runs {
        let share = Share::of([run]);
        let id = run.units.line().as_str();
        match lines.iter_mut().find(|line| line.id == id) {
            Some(line) => {
                line.taxable += share.taxable;
                line.tax += share.tax;
            }
            None => lines.push(TaxedLine {
                id: id.to_owned(),
                taxable: share.taxable,
                tax: share.tax,
            }),
        }
    }
    lines
}

impl Decision {
    /// Takes what was asked for from the order, or says why it may not come back.
    pub(crate) fn of(state: &Returning, order: &Order, now: Timestamp) -> Result<Self, Refusal> {
        let window = Duration::from_secs(state.window);
        let evaluated = evaluate(order, &state.lines, window, now)?;
        let units = evaluated.units.iter().map(|run| run.units.clone());
        let units: Vec<UnitRange> = units.collect();
        let shipments = shipments(order, &evaluated.units);
        let tax = shipments.iter().map(|(shipment, units)| {
            let document = Shipment::reference(order.id, shipment);
            (document, taxed(&order.rows(units)))
        });
        let due = order.refund_due(&units);
        let is_other = due != evaluated.share.net_paid;
        Ok(Self {
            liability: order.earned_liability(&units)?,
            tax: tax.collect(),
            returned: Return {
                refund_due: is_other.then(|| Money::new(due, order.currency)),
                units: evaluated.units,
                share: evaluated.share,
                shipments,
                decided_at: now,
                ..state.returned.clone()
            },
        })
    }
}

impl Returning {
    /// A return as it is asked for.
    pub(crate) fn new(
        id: ReturnId,
        order: &Order,
        request: CommitReturn,
        window: Duration,
        now: Timestamp,
    ) -> Self {
        Self {
            liability: 0,
            tax: Vec::new(),
            returned: Return {
                id,
                order_id: order.id,
                channel: request.channel,
                location: request.location,
                member: order.member.clone(),
                currency: order.currency,
                pins: order.pins.clone(),
                units: Vec::new(),
                share: Share::default(),
                funding: order.redemption.as_ref().map(|burnt| burnt.funding.clone()),
                shipments: Vec::new(),
                refund_due: None,
                refund_settled_at: None,
                refund_reversed: None,
                paid_by_hand: None,
                legs: Legs::default(),
                correlation: order.correlation.clone(),
                decided_at: now,
                closed_at: None,
            },
            lines: request.lines,
            window: window.as_secs(),
            program: order
                .earn
                .as_ref()
                .map(|earn| earn.program.clone())
                .or_else(|| order.redemption.as_ref().map(|burnt| burnt.program.clone())),
            refund: None,
            refund_settled_at: None,
            refund_failed: None,
            restored: None,
            reversed: None,
            goods_receipt: None,
            credit_memo: None,
            legs: Legs::default(),
        }
    }

    /// Takes the pivot's decision for the return.
    pub(crate) fn decide(&mut self, decision: Decision) {
        self.returned = decision.returned;
        self.liability = decision.liability;
        self.tax = decision.tax;
    }

    /// The units that come back, once they are decided.
    pub(crate) fn units(&self) -> Vec<UnitRange> {
        let units = self.returned.units.iter();
        units.map(|run| run.units.clone()).collect()
    }

    /// A return whose refund came back after it had settled.
    pub(crate) fn reopened(returned: Return, refund: ExternalRef, why: String) -> Self {
        Self {
            lines: Vec::new(),
            window: 0,
            program: None,
            liability: 0,
            tax: Vec::new(),
            refund: Some(refund),
            refund_settled_at: None,
            refund_failed: Some(why),
            restored: None,
            reversed: None,
            goods_receipt: None,
            credit_memo: None,
            legs: Legs::default(),
            returned,
        }
    }

    /// Whether anything was paid for the units, here or wherever it went back to.
    pub(crate) fn paid_money(&self) -> bool {
        self.returned.share.net_paid > 0
    }

    pub(crate) fn refunds_money(&self) -> bool {
        !self.returned.refund().is_zero()
    }

    pub(crate) fn refund_failed(&self) -> bool {
        self.refund_failed.is_some()
    }

    pub(crate) fn owes_anything(&self) -> bool {
        let share = self.returned.share;
        share.net_paid > 0 || share.burn_money > 0 || share.earn_points > 0
    }

    pub(crate) fn burnt_points(&self) -> bool {
        self.returned.share.burn_points > 0
    }

    pub(crate) fn earned_points(&self) -> bool {
        self.returned.member.is_some() && self.returned.share.earn_points > 0
    }

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

    /// The payment by hand, where there was one.
    pub(crate) fn by_hand(&self) -> Option<ExternalRef> {
        let paid = self.returned.paid_by_hand.as_ref()?;
        Some(ExternalRef {
            system: "by-hand".into(),
            kind: "payment".into(),
            value: paid.clone(),
        })
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

impl HasCase for Returning {
    fn case(&self) -> Case {
        Case::of_return(FEED, self.returned.order_id, self.returned.id)
    }
}
