//! The workflow that makes earned points spendable, a while after the money of their shipment has settled.

pub(crate) mod subscription;

mod state;
mod steps;

use crate::maturity::state::Maturing;
use crate::maturity::steps::{MaturePoints, RecordSettlement};
use crossdock_desk::{NoHooks, WithDesk};
use crossdock_workflow::{DefinitionError, Workflow, on_fact};
use sys_loyalty_contract::LoyaltyClient;

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "mature-points";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(loyalty: &LoyaltyClient) -> Result<Workflow, DefinitionError> {
    on_fact::<Maturing, _>(NAME, RecordSettlement) // the money is there: a fact
        .timer("maturity-window", Maturing::window)
        .step(MaturePoints(loyalty.clone())) // a return alone takes matured points back
        .lifecycle(WithDesk(NoHooks))
        .build()
}
