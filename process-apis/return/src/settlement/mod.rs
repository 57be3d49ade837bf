//! A committed return: the pivot decides, four legs settle, each is read back before it closes.

pub(crate) mod state;
pub(crate) mod subscription;

pub(crate) mod journals;
pub(crate) mod records;
pub(crate) mod steps;

mod lifecycle;

use crate::settlement::lifecycle::SettlementHooks;
use crate::settlement::state::Returning;
use crate::settlement::steps::{
    AwaitRefundSettled, CloseReturn, DecideReturn, PayByHand, PlanRefund, PostCreditMemo,
    PostGoodsReceipt, PostRefundSettled, ReceiveGoods, RefundPayment, RestoreBurn, ReverseAccrual,
    ReverseTax,
};
use crate::systems::Systems;
use crossdock_desk::{RecordReader, WithDesk};
use crossdock_workflow::{
    AwaitExt as _, Chain, DefinitionError, LegAfter, StepExt as _, Workflow, leg, workflow,
};

/// The workflow's name, which its instances are stored under.
pub(crate) const NAME: &str = "commit-return";

/// The definition of the workflow: its steps in order, with the pivot and the legs.
pub(crate) fn definition(
    systems: &Systems,
    records: &RecordReader,
) -> Result<Workflow, DefinitionError> {
    workflow::<Returning>(NAME)
        .pivot(DecideReturn) // one commit: units taken back, money and points decided
        .all([
            ("refund", refund(systems, records)),
            ("stock", stock(systems)),
            ("loyalty", loyalty(systems)),
            ("books", books(systems)),
        ])
        .step(CloseReturn::new(systems, records)) // reads every leg back from its system, then closes
        .lifecycle(WithDesk(SettlementHooks))
        .build()
}

/// A leg behind the pivot.
type Leg = Chain<Returning, LegAfter>;

/// What was returned may have cost only points, or nothing; or its money went back at the provider before.
fn refund(systems: &Systems, records: &RecordReader) -> Leg {
    leg()
        .step(PlanRefund::new(records).when("paid-money", Returning::paid_money))
        .step(RefundPayment::new(systems).when("owes-money", Returning::refunds_money))
        .wait(AwaitRefundSettled.when("owes-money", Returning::refunds_money))
        .wait(PayByHand.when("refund-failed", Returning::refund_failed))
        .step(PostRefundSettled::new(systems).when("owes-money", Returning::refunds_money))
}

fn stock(systems: &Systems) -> Leg {
    leg()
        .step(ReceiveGoods::new(systems))
        .step(PostGoodsReceipt::new(systems))
}

fn loyalty(systems: &Systems) -> Leg {
    leg()
        .step(RestoreBurn::new(systems).when("burnt-points", Returning::burnt_points))
        .step(ReverseAccrual::new(systems).when("earned-points", Returning::earned_points))
}

fn books(systems: &Systems) -> Leg {
    leg()
        .step(PostCreditMemo::new(systems).when("owes-anything", Returning::owes_anything))
        .step(ReverseTax::new(systems))
}
