//! Books a refund at the provider: the money is out of clearing, and the customer has it in advance.

use crate::journal_entry::OrderEntry;
use crate::ledger::provider_books;
use crate::provider_refund::state::RefundedAtProvider;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use sys_erp_contract::ErpClient;

pub(crate) struct PostProviderRefund(ErpClient);

impl PostProviderRefund {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<RefundedAtProvider> for PostProviderRefund {
    const NAME: &'static str = "post-provider-refund";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(
        &self,
        delivery: &Delivery,
        state: &RefundedAtProvider,
    ) -> Result<ExternalRef, Fault> {
        let entry = OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: state.entry(),
            template: "provider-refund",
            journal: provider_books::refunded(state.amount, state.fee),
        };
        entry.post(&self.0, delivery).await
    }

    fn record(_state: &mut RefundedAtProvider, _posted: ExternalRef) {}
}
