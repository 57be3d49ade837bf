//! Cancelling an order before shipment: the OMS decides, then everything held goes back.

pub(crate) mod state;

mod lifecycle;
mod steps;

use crate::cancellation::lifecycle::CancellingHooks;
use crate::cancellation::state::Cancelling;
use crate::cancellation::steps::{
    CancelAccrual, CancelAtOms, CancelSalesOrder, RecordCancellation, RestoreBurn, VoidPayment,
};
use crate::systems::Systems;
use crossdock_desk::WithDesk;
use crossdock_workflow::{DefinitionError, StepExt as _, Workflow, leg, workflow};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "cancel-order";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    workflow::<Cancelling>(NAME)
        .step_without_undo(
            CancelAtOms::new(systems),
            "an accepted cancellation cannot be taken back; what follows only goes forward",
        )
        .pivot(RecordCancellation) // one commit: every unit given up, OrderCancelled
        .all([
            ("payment", leg().step(VoidPayment::new(systems).when("owed-money", Cancelling::owed))),
            (
                "loyalty",
                leg()
                    .step(RestoreBurn::new(systems).when("redeemed-points", Cancelling::redeemed))
                    .step(CancelAccrual::new(systems).when("earned-points", Cancelling::earned)),
            ),
            ("books", leg().step(CancelSalesOrder::new(systems))),
        ])
        .lifecycle(WithDesk(CancellingHooks))
        .build()
}
