//! Books the settled refund: what was owed to the customer is paid.

use crate::settlement::state::Returning;
use crate::settlement::{journals, records};
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use sys_erp_contract::{ErpClient, JournalEntry};

pub(crate) struct PostRefundSettled(ErpClient);

impl PostRefundSettled {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Returning> for PostRefundSettled {
    const NAME: &'static str = "post-refund-settled";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<ExternalRef, Fault> {
        if let Some(why) = &state.refund_failed {
            return Err(Fault::refused(
                "refund_failed",
                format!("the refund failed: {why}"),
            ));
        }
        let entry = JournalEntry {
            reference: records::refund_entry(state.returned.id),
            template: "refund-settled".into(),
            source: state.reference(),
            journal: journals::settled_journal(state.returned.refund()),
            posting_date: None,
            origin_date: None,
        };
        let erp = self.0.pinned_to(&state.returned.pins.erp_finance);
        erp.post_journal(delivery, &entry)
            .await
            .map(|posted| posted.reference)
    }

    fn record(_state: &mut Returning, _posted: ExternalRef) {}

    fn next_action(code: &str) -> &'static str {
        match code {
            "refund_failed" => {
                "The customer still waits for the money: refund by store credit or bank, then skip with the entry's reference."
            }
            _other => "Correct what the ERP names, then retry.",
        }
    }
}
