//! Cancelling an order or units of it before they are packed: the OMS decides, then everything held goes back.

pub(crate) mod request;
pub(crate) mod state;

mod lifecycle;
mod steps;

use crate::cancellation::lifecycle::CancellingHooks;
use crate::cancellation::state::Cancelling;
use crate::cancellation::steps::{
    AmendSalesOrder, CancelAccrual, CancelAtOms, CancelSalesOrder, RecordCancellation,
    RefundElsewhere, RestoreBurn, VoidPayment,
};
use crate::systems::Systems;
use crossdock_desk::WithDesk;
use crossdock_workflow::{Chain, DefinitionError, LegAfter, StepExt as _, Workflow, leg, workflow};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "cancel-order";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    workflow::<Cancelling>(NAME)
        .step_without_undo(
            CancelAtOms::new(systems),
            "an accepted cancellation cannot be taken back; what follows only goes forward",
        )
        .pivot(RecordCancellation) // one commit: which units are given up, the order without them
        .all([
            ("payment", payment(systems)),
            ("loyalty", loyalty(systems)),
            ("books", books(systems)),
        ])
        .lifecycle(WithDesk(CancellingHooks))
        .build()
}

/// A leg behind the pivot.
type Leg = Chain<Cancelling, LegAfter>;

/// What was reserved here is released once nothing else needs it; what was paid elsewhere goes back there.
fn payment(systems: &Systems) -> Leg {
    leg()
        .step(VoidPayment::new(systems).when("ends-packing", Cancelling::releases_money))
        .step(RefundElsewhere.when("owed-money", Cancelling::owes_money))
}

fn loyalty(systems: &Systems) -> Leg {
    leg()
        .step(RestoreBurn::new(systems).when("redeemed-points", Cancelling::redeemed))
        .step(CancelAccrual::new(systems).when("earned-points", Cancelling::earned))
}

fn books(systems: &Systems) -> Leg {
    leg()
        .step(CancelSalesOrder::new(systems).when("order-ends", Cancelling::ends_order))
        .step(AmendSalesOrder::new(systems).when("order-goes-on", Cancelling::leaves_order))
}
