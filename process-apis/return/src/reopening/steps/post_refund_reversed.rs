//! Books that the refund came back: it is in clearing again, and owed.

use crate::settlement::state::Returning;
use crate::settlement::{journals, records};
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use sys_erp_contract::{ErpClient, JournalEntry};

pub(crate) struct PostRefundReversed(ErpClient);

impl PostRefundReversed {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Returning> for PostRefundReversed {
    const NAME: &'static str = "post-refund-reversed";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<ExternalRef, Fault> {
        let entry = JournalEntry {
            reference: records::reversed_entry(state.returned.id),
            template: "refund-reversed".into(),
            source: state.reference(),
            journal: journals::settled_journal(state.returned.refund()).reversed(),
            posting_date: None,
            origin_date: None,
        };
        let erp = self.0.pinned_to(&state.returned.pins.erp_finance);
        let posted = erp.post_journal(delivery, &entry).await?;
        Ok(posted.reference)
    }

    fn record(_state: &mut Returning, _posted: ExternalRef) {}
}
