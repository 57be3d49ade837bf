//! Books that a shipment claims a capture at the provider: the sale's own entry has the money in clearing as well.

use crate::journal_entry::OrderEntry;
use crate::ledger::provider_books;
use crate::provider_capture::state::CapturedAtProvider;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use sys_erp_contract::ErpClient;

pub(crate) struct PostClaimed(ErpClient);

impl PostClaimed {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<CapturedAtProvider> for PostClaimed {
    const NAME: &'static str = "post-claimed";
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
            reference: format!("claimed-capture-{}", state.reference.value),
            template: "provider-capture-claimed",
            journal: provider_books::captured(state.amount).reversed(),
        };
        entry.post(&self.0, delivery).await
    }

    fn record(_state: &mut CapturedAtProvider, _posted: ExternalRef) {}
}
