//! Books the points that the order earns, pending until its money has settled.

use crate::quote::{Assessed, assess};
use crate::systems::Systems;
use crate::workflows::place_order::Placing;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::Order;
use serde::{Deserialize, Serialize};
use sys_customer_contract::CustomerClient;
use sys_loyalty_contract::{Accrue, LoyaltyClient, UnitPoints};

pub(crate) struct AccruePending {
    loyalty: LoyaltyClient,
    customers: CustomerClient,
}

impl AccruePending {
    /// Over the loyalty engine, and over the customers for orders that could not be assessed before.
    pub(crate) fn new(systems: &Systems) -> Self {
        Self {
            loyalty: systems.loyalty.clone(),
            customers: systems.customer.clone(),
        }
    }
}

/// What was booked, and what had to be asked first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// What the order earns, where nobody could be asked when it was taken in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    late: Option<Assessed>,
    /// The engine's id of it; none where the order earns nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference: Option<ExternalRef>,
}

impl Step<Placing> for AccruePending {
    const NAME: &'static str = "accrue-pending";
    const RETRY: Retry = Retry::PATIENT;
    type Out = Outcome;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<Outcome, Fault> {
        if !state.earn_unasked {
            let reference = self.accrue(delivery, &state.order).await?;
            return Ok(Outcome {
                late: None,
                reference,
            });
        }
        let context = &delivery.context;
        let late = assess(&self.customers, &self.loyalty, context, &state.order).await?;
        let mut order = state.order.clone();
        if let Some(assessed) = &late {
            assessed.onto(&mut order);
        }
        let reference = self.accrue(delivery, &order).await?;
        Ok(Outcome { late, reference })
    }

    fn record(state: &mut Placing, outcome: Outcome) {
        if let Some(assessed) = outcome.late {
            assessed.onto(&mut state.order);
        }
        state.accrual = outcome.reference;
    }

    fn reads(state: &Placing) -> Vec<RecordRef> {
        let record = crate::records::order(state.order.id);
        state.earn_unasked.then_some(record).into_iter().collect()
    }

    fn changes(state: &Placing, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let mut changes = crate::records::accrued(moment, &state.order, state.accrual.as_ref())?;
        if state.earn_unasked {
            let record = crate::records::order(state.order.id);
            let (version, mut order) = loaded.need::<Order>(&record)?;
            order.member.clone_from(&state.order.member);
            order.earn.clone_from(&state.order.earn);
            for (unit, known) in order.units.iter_mut().zip(&state.order.units) {
                unit.earn_points = known.earn_points;
            }
            changes
                .records
                .push(moment.update(&record, version, &order)?);
        }
        Ok(changes)
    }
}

impl AccruePending {
    /// Books each unit's points; nothing where nobody earns anything.
    async fn accrue(
        &self,
        delivery: &Delivery,
        order: &Order,
    ) -> Result<Option<ExternalRef>, Fault> {
        let (Some(member), Some(earn)) = (&order.member, &order.earn) else {
            return Ok(None);
        };
        let earning = order.units.iter().filter(|unit| unit.earn_points > 0);
        let units: Vec<UnitPoints> = earning
            .map(|unit| UnitPoints {
                unit: unit.id.clone(),
                points: unit.earn_points,
            })
            .collect();
        if units.is_empty() {
            return Ok(None);
        }
        let accrue = Accrue {
            reference: order.id.to_string(),
            member: member.clone(),
            units,
            rule: earn.rule.clone(),
        };
        let engine = self.loyalty.at(&order.pins.loyalty);
        let accrued = engine.accrue(delivery, &accrue).await?;
        Ok(Some(accrued.reference))
    }
}
