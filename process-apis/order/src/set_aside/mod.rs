//! A message of the payment provider that nobody could use: a person decides, or a later build reads it.

pub(crate) mod state;
pub(crate) mod subscription;

mod steps;

use crate::set_aside::state::SetAside;
use crate::set_aside::steps::{RecordWebhook, TakeWebhook};
use crate::systems::Systems;
use crossdock_desk::{NoHooks, WithDesk};
use crossdock_workflow::{DefinitionError, Workflow, on_fact};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "resolve-webhook";

/// The definition of the workflow: its steps in order.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    on_fact::<SetAside, _>(NAME, RecordWebhook)
        .step(TakeWebhook::new(systems)) // on the desk as long as the adapter cannot read it
        .lifecycle(WithDesk(NoHooks))
        .build()
}
