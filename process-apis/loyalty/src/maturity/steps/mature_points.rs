//! Turns a shipment's pending points into spendable ones, all but those of units returned before.

use crate::maturity::state::{FEED, Maturing};
use crossdock_desk::{expected, fact};
use crossdock_model::event::LoyaltyMatured;
use crossdock_model::{Delivery, ExternalRef, Fault, Points, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use serde::{Deserialize, Serialize};
use sys_loyalty_contract::{LoyaltyClient, Mature};

pub(crate) struct MaturePoints(pub(crate) LoyaltyClient);

/// What matured, and the loyalty engine's entry.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    points: i64,
    reference: ExternalRef,
}

impl Step<Maturing> for MaturePoints {
    const NAME: &'static str = "mature-points";
    const RETRY: Retry = Retry::PATIENT;
    type Out = Outcome;

    async fn run(&self, delivery: &Delivery, state: &Maturing) -> Result<Outcome, Fault> {
        let mature = Mature {
            reference: state.order.to_string(),
            key: state.shipment.clone(),
            units: state.units.clone(),
        };
        let engine = self.0.pinned_to(&state.connector);
        // The accrual may be late: its own workflow books it.
        let matured = expected(engine.mature(delivery, &mature).await)?;
        Ok(Outcome {
            points: matured.points,
            reference: matured.reference,
        })
    }

    fn record(state: &mut Maturing, outcome: Outcome) {
        state.matured = outcome.points;
    }

    fn changes(state: &Maturing, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let matured = LoyaltyMatured {
            order_id: state.order,
            points: Points::new(state.matured, &state.program),
        };
        let key = vec![("maturity-of-shipment", state.shipment.clone())];
        fact(moment, FEED, &matured, key)
    }

    fn next_action(_code: &str) -> &'static str {
        "The order's points are not booked at the loyalty engine, or it refuses to release them: see the order's accrual, then retry."
    }
}
