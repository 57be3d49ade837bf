//! One shipment of an order: its units are assigned, paid for, released, and booked as sold.

pub(crate) mod subscription;

mod state;
mod steps;

use crate::fulfilment::state::Fulfilling;
use crate::fulfilment::steps::{
    AcknowledgePacking, AuthoriseShipment, AwaitShipped, CapturePayment, CommitTax, PackUnits,
    PostGoodsIssue, PostInvoice, ReleaseRest,
};
use crate::systems::Systems;
use crossdock_desk::{NoHooks, WithDesk};
use crossdock_workflow::{DefinitionError, StepExt as _, Workflow, leg, on_fact};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "fulfil-shipment";

/// The process, read aloud. Capture comes against the packed shipment, before it may leave.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    on_fact::<Fulfilling, _>(NAME, AcknowledgePacking) // the OMS has packed it: a fact
        .step(PackUnits) // which units leave, lowest free number first
        .step(CapturePayment::new(systems).when("owes-money", Fulfilling::owes_money))
        .step(AuthoriseShipment::new(systems))
        .all([
            ("tax", leg().step(CommitTax::new(systems))),
            ("money", leg().step(ReleaseRest::new(systems).when("leaves-rest", Fulfilling::leaves_rest))),
            (
                "goods",
                leg()
                    .wait(AwaitShipped) // one commit with it: the units have left, OrderShipped
                    .step(PostGoodsIssue::new(systems))
                    .step(PostInvoice::new(systems)),
            ),
        ])
        .lifecycle(WithDesk(NoHooks))
        .build()
}
