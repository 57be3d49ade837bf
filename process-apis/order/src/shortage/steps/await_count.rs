//! Waits until somebody has counted the shelf on which less lay than the books say.

use crate::shortage::state::Short;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Sku};
use crossdock_workflow::{Retry, Step};
use sys_oms_contract::OmsClient;

/// The OMS blocks what it thinks is left on the shelf: nobody knows whether it is there. Nothing is taken off the books
/// here, for the count will do that.
pub(crate) struct AwaitCount(OmsClient);

impl AwaitCount {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.oms.clone())
    }
}

impl Step<Short> for AwaitCount {
    const NAME: &'static str = "await-count";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Short) -> Result<(), Fault> {
        let skus: Vec<Sku> = state
            .not_found
            .iter()
            .map(|line| line.sku.clone())
            .collect();
        let oms = self.0.pinned_to(&state.oms);
        let shelves = oms.availability(&delivery.context, &skus).await?;
        let mut blocked = shelves
            .iter()
            .filter(|shelf| shelf.location == state.location && shelf.blocked > 0);
        let Some(drifted) = blocked.next() else {
            return Ok(());
        };
        let detail = format!(
            "fewer {} than the books say were found at {}: {} are blocked until they are counted",
            drifted.sku, drifted.location, drifted.blocked
        );
        Err(Fault::refused("stock_drift", detail))
    }

    fn record(_state: &mut Short, (): ()) {}

    fn next_action(_code: &str) -> &'static str {
        "Have the shelf counted and the count entered at the OMS, then retry: it closes when nothing is blocked any more."
    }
}
