//! A refund made at the payment provider that came back after it had settled: it counts no more, or is owed again.

pub(crate) mod state;
pub(crate) mod subscription;

mod steps;

use crate::journal_entry::Post;
use crate::provider_refund_reversal::state::CameBack;
use crate::provider_refund_reversal::steps::{PaidByHand, PayOwed, RecordCameBack, RefundCameBack};
use crate::systems::Systems;
use crossdock_desk::{NoHooks, WithDesk};
use crossdock_workflow::{AwaitExt as _, DefinitionError, StepExt as _, Workflow, on_fact};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "reverse-provider-refund";

/// The definition of the workflow: its steps in order, after the pivot.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    on_fact::<CameBack, _>(NAME, RecordCameBack) // one commit: against the ceiling no more, RefundReversed
        .step(Post::<RefundCameBack>::new(systems))
        .wait(PayOwed.when("owed", CameBack::is_owed)) // on the desk until the customer is paid
        .step(Post::<PaidByHand>::new(systems).when("owed", CameBack::is_owed))
        .lifecycle(WithDesk(NoHooks))
        .build()
}
