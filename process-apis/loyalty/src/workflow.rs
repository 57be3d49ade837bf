//! Points mature once the money of their shipment has settled, and the return window has passed.

use crossdock_desk::{Case, Concerns, Uneventful, WithDesk, fact};
use crossdock_model::event::LoyaltyMatured;
use crossdock_model::{
    ConnectorName, Delivery, ExternalRef, Fault, OrderId, Points, Program, Refusal, UnitId,
};
use crossdock_store::Changes;
use crossdock_workflow::{
    AtRisk, DefinitionError, Loaded, Moment, Retry, State, Step, Workflow, workflow,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use sys_loyalty_contract::{LoyaltyClient, Mature};

/// The workflow's name.
pub(crate) const NAME: &str = "mature-points";
/// The feed of this API.
pub(crate) const FEED: &str = "loyalty";

/// The process, read aloud.
pub(crate) fn definition(loyalty: &LoyaltyClient) -> Result<Workflow, DefinitionError> {
    workflow::<Maturing>(NAME)
        .timer("maturity-window", Maturing::window)
        .step_without_undo(
            MaturePoints(loyalty.clone()),
            "matured points are taken back by a return only",
        )
        .lifecycle(WithDesk(Uneventful))
        .build()
}

/// What is known about a shipment's points.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Maturing {
    /// The order.
    pub(crate) order: OrderId,
    /// The shipment whose money has settled.
    pub(crate) shipment: String,
    /// The loyalty engine that the order pinned.
    pub(crate) connector: ConnectorName,
    /// Units that earn.
    pub(crate) units: Vec<UnitId>,
    /// How many points they earned when they were sold.
    pub(crate) points: i64,
    /// Of which programme.
    pub(crate) program: Program,
    /// How long to wait, in seconds.
    pub(crate) window_seconds: u64,
    /// How many matured: fewer, where units were returned before.
    #[serde(default)]
    pub(crate) matured: i64,
}

impl Maturing {
    fn window(&self) -> Duration {
        Duration::from_secs(self.window_seconds)
    }
}

impl State for Maturing {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: None,
            points: Some(Points::new(self.points, &self.program)),
        }
    }
}

struct MaturePoints(LoyaltyClient);

/// What matured, and the loyalty engine's entry.
#[derive(Debug, Serialize, Deserialize)]
struct Outcome {
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
        let matured = self
            .0
            .at(&state.connector)
            .mature(delivery, &mature)
            .await?;
        Ok(Outcome {
            points: matured.points,
            reference: matured.reference,
        })
    }

    fn record(state: &mut Maturing, outcome: Outcome) {
        state.matured = outcome.points;
    }

    fn changes(state: &Maturing, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let points = Points::new(state.matured, &state.program);
        let matured = LoyaltyMatured {
            order_id: state.order,
            points,
        };
        fact(
            moment,
            FEED,
            &matured,
            vec![("maturity-of-shipment", state.shipment.clone())],
        )
    }
}

impl Concerns for Maturing {
    fn case(&self) -> Case {
        Case {
            feed: FEED,
            order: self.order,
            return_id: None,
        }
    }
}
