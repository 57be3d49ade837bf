//! Books what a person paid in the place of the refund.

use crate::journal_entry::OrderEntry;
use crate::ledger::provider_books;
use crate::provider_refund_reversal::state::CameBack;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use sys_erp_contract::ErpClient;

pub(crate) struct PostPaid(ErpClient);

impl PostPaid {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<CameBack> for PostPaid {
    const NAME: &'static str = "post-paid";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &CameBack) -> Result<ExternalRef, Fault> {
        let entry = OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: format!("provider-refund-by-hand-{}", state.reference.value),
            template: "refund-by-hand",
            journal: provider_books::paid_by_hand(state.amount),
        };
        entry.post(&self.0, delivery).await
    }

    fn record(_state: &mut CameBack, _posted: ExternalRef) {}
}
