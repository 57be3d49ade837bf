//! A refund that somebody made at the payment provider, or a dispute that was lost: it counts at once, and a person says
//! what it was for.

pub(crate) mod state;
pub(crate) mod subscription;

mod steps;

use crate::journal_entry::Post;
use crate::provider_refund::state::RefundedAtProvider;
use crate::provider_refund::steps::{
    AttributeRefund, PostGoodwill, RecordProviderRefund, RefundAtProvider,
};
use crate::systems::Systems;
use crossdock_desk::{NoHooks, RecordReader, WithDesk};
use crossdock_workflow::{DefinitionError, Workflow, leg, on_fact};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "account-provider-refund";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(
    systems: &Systems,
    records: &RecordReader,
) -> Result<Workflow, DefinitionError> {
    on_fact::<RefundedAtProvider, _>(NAME, RecordProviderRefund) // one commit: against the order's ceiling, RefundSettled
        .all([
            ("books", leg().step(Post::<RefundAtProvider>::new(systems))),
            (
                "attribution",
                leg()
                    .wait(AttributeRefund) // on the desk until a person names its units
                    .step(PostGoodwill::new(systems, records)),
            ),
        ])
        .lifecycle(WithDesk(NoHooks))
        .build()
}
