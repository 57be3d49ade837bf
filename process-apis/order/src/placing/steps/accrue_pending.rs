//! Books the points that the order earns, pending until its money has settled.

use crate::placing::state::Placing;
use crate::quote::{EarnEvaluation, evaluate_earn};
use crate::records;
use crate::search;
use crate::systems::Systems;
use crossdock_desk::fact;
use crossdock_model::event::{AccrualState, LoyaltyAccrued};
use crossdock_model::{Delivery, ExternalRef, Fault, Points, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::Order;
use serde::{Deserialize, Serialize};
use sys_customer_contract::CustomerClient;
use sys_loyalty_contract::{Accrue, LoyaltyClient, RunPoints};

pub(crate) struct AccruePending {
    loyalty: LoyaltyClient,
    customers: CustomerClient,
}

impl AccruePending {
    /// Asks the customer register only for orders whose earn evaluation was deferred.
    pub(crate) fn new(systems: &Systems) -> Self {
        Self {
            loyalty: systems.loyalty.clone(),
            customers: systems.customer.clone(),
        }
    }
}

/// The pending accrual, with the earn evaluation if it had been deferred to this step.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// What the order earns, where the loyalty engine could not be asked when it was taken in.
    #[serde(default, rename = "late", skip_serializing_if = "Option::is_none")]
    deferred: Option<EarnEvaluation>,
    /// The loyalty engine's accrual; none where the order earns nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference: Option<ExternalRef>,
}

impl Step<Placing> for AccruePending {
    const NAME: &'static str = "accrue-pending";
    const RETRY: Retry = Retry::PATIENT;
    type Out = Outcome;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<Outcome, Fault> {
        if !state.earn_deferred {
            let reference = self.accrue(delivery, &state.order).await?;
            return Ok(Outcome {
                deferred: None,
                reference,
            });
        }
        let context = &delivery.context;
        let deferred = evaluate_earn(&self.customers, &self.loyalty, context, &state.order).await?;
        let mut order = state.order.clone();
        if let Some(evaluation) = &deferred {
            evaluation.apply_to(&mut order);
        }
        let reference = self.accrue(delivery, &order).await?;
        Ok(Outcome {
            deferred,
            reference,
        })
    }

    fn record(state: &mut Placing, outcome: Outcome) {
        if let Some(evaluation) = outcome.deferred {
            evaluation.apply_to(&mut state.order);
        }
        state.accrual = outcome.reference;
    }

    fn reads(state: &Placing) -> Vec<RecordRef> {
        let record = records::order(state.order.id);
        state.earn_deferred.then_some(record).into_iter().collect()
    }

    fn changes(state: &Placing, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let mut changes = accrued(moment, &state.order, state.accrual.as_ref())?;
        if state.earn_deferred {
            let record = records::order(state.order.id);
            let (version, mut order) = loaded.need::<Order>(&record)?;
            order.member.clone_from(&state.order.member);
            order.earn.clone_from(&state.order.earn);
            let known = state.order.units.iter();
            let known: Vec<_> = known
                .map(|run| (run.units.clone(), run.earn_points))
                .collect();
            order.set_earn_points(&known);
            let learnt = moment.update(&record, version, &order)?;
            let member = order.member.as_ref().map(search::member);
            changes.records.push(learnt.found_by(member));
        }
        Ok(changes)
    }
}

impl AccruePending {
    /// Books each unit's points; none where the order earns nothing.
    async fn accrue(
        &self,
        delivery: &Delivery,
        order: &Order,
    ) -> Result<Option<ExternalRef>, Fault> {
        let (Some(member), Some(earn)) = (&order.member, &order.earn) else {
            return Ok(None);
        };
        let earning = order.units.iter().filter(|run| run.earn_points > 0);
        let runs: Vec<RunPoints> = earning
            .map(|run| RunPoints {
                units: run.units.clone(),
                points_each: run.earn_points,
            })
            .collect();
        if runs.is_empty() {
            return Ok(None);
        }
        let accrue = Accrue {
            reference: order.id.to_string(),
            member: member.clone(),
            runs,
            rule: earn.rule.clone(),
        };
        let engine = self.loyalty.pinned_to(&order.pins.loyalty);
        let accrued = engine.accrue(delivery, &accrue).await?;
        Ok(Some(accrued.reference))
    }
}

/// `LoyaltyAccrued`, once an order; nothing where the order earns nothing.
fn accrued(
    moment: &Moment,
    order: &Order,
    accrual: Option<&ExternalRef>,
) -> Result<Changes, Refusal> {
    let (Some(earn), Some(accrual)) = (&order.earn, accrual) else {
        return Ok(Changes::none());
    };
    let accrued = LoyaltyAccrued {
        order_id: order.id,
        points: Points::new(earn.points, &earn.program),
        state: AccrualState::Pending,
        reference: Some(accrual.clone()),
        matures_at: None,
    };
    let key = vec![("accrual-of-order", order.id.to_string())];
    fact(moment, records::FEED, &accrued, key)
}
