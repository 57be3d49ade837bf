//! A dispute over an order's money: on the desk until its evidence is due, and closed by the bank's decision.

pub(crate) mod state;
pub(crate) mod subscription;

mod steps;

use crate::dispute::state::Disputed;
use crate::dispute::steps::{AwaitDecision, RecordDispute};
use crossdock_desk::{NoHooks, WithDesk};
use crossdock_workflow::{DefinitionError, Workflow, on_fact};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "handle-dispute";

/// The definition of the workflow: its pivot, and the wait for the decision. What is lost goes on as a refund at the
/// provider.
pub(crate) fn definition() -> Result<Workflow, DefinitionError> {
    on_fact::<Disputed, _>(NAME, RecordDispute) // one commit: nothing of the order is refunded until it is decided
        .wait(AwaitDecision)
        .lifecycle(WithDesk(NoHooks))
        .build()
}
