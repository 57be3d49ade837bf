//! Books the points that the order earns, pending until its money has settled.

use crate::workflows::place_order::Placing;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_loyalty_contract::{Accrue, LoyaltyClient, UnitPoints};

pub(crate) struct AccruePending(pub(crate) LoyaltyClient);

impl Step<Placing> for AccruePending {
    const NAME: &'static str = "accrue-pending";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<ExternalRef, Fault> {
        let order = &state.order;
        let (Some(member), Some(earn)) = (&order.member, &order.earn) else {
            return Err(Fault::poison(
                "an order without member or points has nothing to accrue",
            ));
        };
        let earning = order.units.iter().filter(|unit| unit.earn_points > 0);
        let accrue = Accrue {
            reference: order.id.to_string(),
            member: member.clone(),
            units: earning
                .map(|unit| UnitPoints {
                    unit: unit.id.clone(),
                    points: unit.earn_points,
                })
                .collect(),
            rule: earn.rule.clone(),
        };
        let loyalty = self.0.at(&order.pins.loyalty);
        loyalty
            .accrue(delivery, &accrue)
            .await
            .map(|accrued| accrued.reference)
    }

    fn record(state: &mut Placing, accrual: ExternalRef) {
        state.accrual = Some(accrual);
    }

    fn changes(state: &Placing, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        crate::records::accrued(moment, &state.order, state.accrual.as_ref())
    }
}
