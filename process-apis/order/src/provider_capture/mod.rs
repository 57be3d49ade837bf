//! A capture that somebody made at the payment provider: money that no shipment has claimed, until a person says what it is.

pub(crate) mod state;
pub(crate) mod subscription;

mod steps;

use crate::journal_entry::Post;
use crate::provider_capture::state::CapturedAtProvider;
use crate::provider_capture::steps::{
    CaptureAtProvider, ClaimedCapture, ExplainCapture, RecordProviderCapture,
};
use crate::systems::Systems;
use crossdock_desk::{NoHooks, WithDesk};
use crossdock_workflow::{DefinitionError, StepExt as _, Workflow, leg, on_fact};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "account-provider-capture";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    on_fact::<CapturedAtProvider, _>(NAME, RecordProviderCapture) // one commit: it can go back too, PaymentCaptured
        .all([
            ("books", leg().step(Post::<CaptureAtProvider>::new(systems))),
            (
                "explanation",
                leg()
                    .wait(ExplainCapture) // on the desk until a person says what it is
                    .step(
                        Post::<ClaimedCapture>::new(systems)
                            .when("of-a-shipment", CapturedAtProvider::is_of_a_shipment),
                    ),
            ),
        ])
        .lifecycle(WithDesk(NoHooks))
        .build()
}
