//! Taking in an order that was paid elsewhere: it is a fact, so the pivot comes first.
//!
//! Nothing here refuses, refunds or cancels by itself. What cannot be done waits on the exception
//! desk with the money at risk. State, hooks and shared steps are those of `placing`.

pub(crate) mod sale;

mod steps;

use crate::captured::steps::ReconcileTenders;
use crate::personal_data::PersonalDataReader;
use crate::placing::lifecycle::PlacingHooks;
use crate::placing::state::Placing;
use crate::placing::steps::{AccruePending, CheckBackorder, CreateOmsOrder, Place, PostSalesOrder};
use crate::systems::Systems;
use crossdock_desk::WithDesk;
use crossdock_workflow::{DefinitionError, StepExt as _, Workflow, leg, on_fact};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "accept-captured-order";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(
    systems: &Systems,
    people: &PersonalDataReader,
) -> Result<Workflow, DefinitionError> {
    on_fact::<Placing, _>(NAME, Place) // one commit: the order as sold elsewhere, OrderPlaced
        .all([
            ("money", leg().step(ReconcileTenders)),
            (
                "oms",
                leg().step(CreateOmsOrder::new(systems, people)).step(
                    CheckBackorder::new(systems).when("backordered", Placing::is_backordered),
                ),
            ),
            (
                "earn",
                leg().step(AccruePending::new(systems).when("earns-points", Placing::earns)),
            ),
            ("books", leg().step(PostSalesOrder::new(systems))),
        ])
        .lifecycle(WithDesk(PlacingHooks))
        .build()
}
