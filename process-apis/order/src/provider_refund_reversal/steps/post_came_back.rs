//! Books that the refund came back: it is in clearing again.

use crate::journal_entry::OrderEntry;
use crate::ledger::provider_books;
use crate::provider_refund_reversal::state::CameBack;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use sys_erp_contract::ErpClient;

pub(crate) struct PostCameBack(ErpClient);

impl PostCameBack {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<CameBack> for PostCameBack {
    const NAME: &'static str = "post-came-back";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &CameBack) -> Result<ExternalRef, Fault> {
        let entry = OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: format!("provider-refund-reversed-{}", state.reference.value),
            template: "provider-refund-reversed",
            journal: provider_books::refunded(state.amount, None).reversed(),
        };
        entry.post(&self.0, delivery).await
    }

    fn record(_state: &mut CameBack, _posted: ExternalRef) {}
}
