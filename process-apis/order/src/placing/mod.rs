//! Placing an order: three holds that can be taken back, the pivot, four legs that only go forward.

pub(crate) mod lifecycle;
pub(crate) mod reference;
pub(crate) mod state;
pub(crate) mod steps;

mod events;

use crate::personal_data::PersonalDataReader;
use crate::placing::lifecycle::PlacingHooks;
use crate::placing::state::Placing;
use crate::placing::steps::{
    AccruePending, AuthorisePayment, CheckBackorder, ConfirmBurn, ConfirmHolds, CreateOmsOrder,
    HoldPoints, Place, PostSalesOrder, ReserveStock,
};
use crate::systems::Systems;
use crossdock_desk::WithDesk;
use crossdock_workflow::{DefinitionError, StepExt as _, Workflow, leg, workflow};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "place-order";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(
    systems: &Systems,
    people: &PersonalDataReader,
) -> Result<Workflow, DefinitionError> {
    workflow::<Placing>(NAME)
        .step(ReserveStock::new(systems)) // undo: release
        .step(HoldPoints::new(systems).when("redeems-points", Placing::redeems)) // undo: release
        .step(AuthorisePayment::new(systems, people).when("owes-money", Placing::owes_money)) // undo: void
        .step_without_undo(
            ConfirmHolds::new(systems).when("short-holds", Placing::holds_may_lapse),
            "what it extends is released by the steps that took it",
        )
        .pivot(Place) // one commit: the order as sold, its allocation, OrderPlaced
        .all([
            ("oms", leg().step(CreateOmsOrder::new(systems, people)).step(CheckBackorder::new(systems).when("backordered", Placing::is_backordered))),
            ("burn", leg().step(ConfirmBurn::new(systems).when("redeems-points", Placing::redeems))),
            ("earn", leg().step(AccruePending::new(systems).when("earns-points", Placing::earns))),
            ("books", leg().step(PostSalesOrder::new(systems))),
        ])
        .lifecycle(WithDesk(PlacingHooks))
        .build()
}
