//! Units that a location refused or did not find: what nobody has is waited for, then cancelled; the shelf is counted.
//!
//! The OMS has sourced again before it reports what no location has. Crossdock never chooses a location and never
//! takes stock off the books beside it.

pub(crate) mod subscription;

mod state;
mod steps;

use crate::shortage::state::Short;
use crate::shortage::steps::{AwaitCount, CancelBackordered, RecordShortage};
use crate::systems::Systems;
use crossdock_desk::{NoHooks, WithDesk};
use crossdock_workflow::{DefinitionError, StepExt as _, Workflow, leg, on_fact};
use proc_order_contract::OrderClient;

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "resolve-shortage";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(
    systems: &Systems,
    orders: &OrderClient,
) -> Result<Workflow, DefinitionError> {
    on_fact::<Short, _>(NAME, RecordShortage) // the OMS has reported it: a fact; one commit with it, OrderBackordered
        .all([
            (
                "backorder",
                leg().timer("backorder-wait", Short::wait).step(
                    CancelBackordered::new(systems, orders)
                        .when("backordered", Short::is_backordered),
                ),
            ),
            (
                "count",
                leg().step(AwaitCount::new(systems).when("short-picked", Short::is_short_picked)),
            ),
        ])
        .lifecycle(WithDesk(NoHooks))
        .build()
}
