//! What the workflow knows about a return that is being settled.

use crate::evaluate::{EvaluatedReturn, shipments};
use crate::settlement::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{ExternalRef, Points, Program, Refusal, ReturnId, Timestamp, UnitId};
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::{Order, Shipment};
use proc_return_contract::{CommitReturn, Legs, Return, ReturnLine};
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `commit-return` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Returning {
    /// The return as the pivot decides it.
    pub(crate) returned: Return,
    /// The lines as the channel asked to return them.
    pub(crate) lines: Vec<ReturnLine>,
    /// The loyalty programme of the order's points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) program: Option<Program>,
    /// What the points that the units earned are worth in the books, in minor units.
    #[serde(default)]
    pub(crate) liability: i64,
    /// Each unit's taxable amount and tax, by its id, per shipment document.
    pub(crate) tax: Vec<(String, Vec<TaxedUnit>)>,
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

/// A unit's part of a tax document, in minor units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TaxedUnit {
    /// The tax document's line, which is the unit's id.
    pub(crate) id: String,
    /// The amount that was taxed.
    pub(crate) taxable: i64,
    /// The tax on it, which is reversed.
    pub(crate) tax: i64,
}

impl Returning {
    /// The return as its pivot will decide it.
    pub(crate) fn new(
        id: ReturnId,
        order: &Order,
        request: CommitReturn,
        evaluated: EvaluatedReturn,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let shipments = shipments(order, &evaluated.units);
        let tax = shipments.iter().map(|(shipment, units)| {
            let rows = order.rows(units);
            let taxed = rows.iter().map(|unit| TaxedUnit {
                id: unit.id.to_string(),
                taxable: unit.taxable,
                tax: unit.tax,
            });
            (Shipment::reference(order.id, shipment), taxed.collect())
        });
        let ids: Vec<UnitId> = evaluated
            .units
            .iter()
            .map(|unit| unit.unit.clone())
            .collect();
        Ok(Self {
            liability: order.earned_liability(&ids)?,
            tax: tax.collect(),
            returned: Return {
                id,
                order_id: order.id,
                channel: request.channel,
                location: request.location,
                member: order.member.clone(),
                currency: order.currency,
                pins: order.pins.clone(),
                units: evaluated.units,
                share: evaluated.share,
                funding: order.redemption.as_ref().map(|burnt| burnt.funding.clone()),
                shipments,
                legs: Legs::default(),
                correlation: order.correlation.clone(),
                decided_at: now,
                closed_at: None,
            },
            lines: request.lines,
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
        })
    }

    pub(crate) fn refunds_money(&self) -> bool {
        self.returned.share.net_paid > 0
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
