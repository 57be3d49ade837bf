//! Books a capture at the provider: the money is in clearing, and owed to the customer until a shipment claims it.

use crate::journal_entry::OrderEntry;
use crate::ledger::provider_books;
use crate::provider_capture::state::CapturedAtProvider;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use sys_erp_contract::ErpClient;

pub(crate) struct PostProviderCapture(ErpClient);

impl PostProviderCapture {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<CapturedAtProvider> for PostProviderCapture {
    const NAME: &'static str = "post-provider-capture";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(
        &self,
        delivery: &Delivery,
        state: &CapturedAtProvider,
    ) -> Result<ExternalRef, Fault> {
        let entry = OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: format!("provider-capture-{}", state.reference.value),
            template: "provider-capture",
            journal: provider_books::captured(state.amount),
        };
        entry.post(&self.0, delivery).await
    }

    fn record(_state: &mut CapturedAtProvider, _posted: ExternalRef) {}
}
