//! A refund that comes back after it had settled: the return is open again until the customer is paid otherwise.

pub(crate) mod subscription;

mod steps;

use crate::reopening::steps::{CloseRefund, PostRefundReversed, RecordRefundReversed};
use crate::settlement::state::Returning;
use crate::settlement::steps::{PayByHand, PostRefundSettled};
use crate::systems::Systems;
use crossdock_desk::{NoHooks, WithDesk};
use crossdock_workflow::{DefinitionError, Workflow, on_fact};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "reopen-refund";

/// The definition of the workflow: its steps in order, after the pivot.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    on_fact::<Returning, _>(NAME, RecordRefundReversed) // one commit: the leg is open again, RefundReversed
        .step(PostRefundReversed::new(systems))
        .wait(PayByHand) // on the desk until the customer is paid
        .step(PostRefundSettled::new(systems))
        .step(CloseRefund::new(systems))
        .lifecycle(WithDesk(NoHooks))
        .build()
}
