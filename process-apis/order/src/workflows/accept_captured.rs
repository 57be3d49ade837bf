//! Taking in an order that was paid elsewhere: it is a fact, so the pivot comes first.
//!
//! Nothing here refuses, refunds or cancels by itself. What cannot be done waits on the exception
//! desk with the money at risk.

use crate::lifecycle::PlacingLife;
use crate::steps::{
    accrue_pending::AccruePending, check_backorder::CheckBackorder,
    create_oms_order::CreateOmsOrder, place::Place, post_sales_order::PostSalesOrder,
    reconcile_tenders::ReconcileTenders,
};
use crate::systems::Systems;
use crate::workflows::place_order::Placing;
use crossdock_desk::WithDesk;
use crossdock_workflow::{DefinitionError, StepExt as _, Workflow, leg, workflow};

/// The workflow's name.
pub(crate) const NAME: &str = "accept-captured-order";

/// The process, read aloud.
pub(crate) fn definition(systems: &Systems) -> Result<Workflow, DefinitionError> {
    workflow::<Placing>(NAME)
        .pivot(Place)
        .all([
            ("money", leg().step(ReconcileTenders)),
            (
                "oms",
                leg()
                    .step(CreateOmsOrder(systems.oms.clone()))
                    .step(CheckBackorder(systems.oms.clone())),
            ),
            (
                "earn",
                leg().step(AccruePending::new(systems).when("earns-points", Placing::earns)),
            ),
            ("books", leg().step(PostSalesOrder(systems.erp.clone()))),
        ])
        .lifecycle(WithDesk(PlacingLife))
        .build()
}
