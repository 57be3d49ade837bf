//! Books the settled refund, or what a person paid in its place: what was owed to the customer is paid.

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
        let (id, amount) = (state.returned.id, state.returned.refund());
        let (reference, template, journal) =
            match (&state.returned.paid_by_hand, &state.refund_failed) {
                (Some(_by_a_person), _) => (
                    records::by_hand_entry(id),
                    "refund-by-hand",
                    journals::paid_by_hand_journal(amount),
                ),
                (None, None) => (
                    records::refund_entry(id),
                    "refund-settled",
                    journals::settled_journal(amount),
                ),
                // A return from before that node was there.
                (None, Some(why)) => {
                    let detail = format!("the refund failed: {why}");
                    return Err(Fault::refused("refund_failed", detail));
                }
            };
        let entry = JournalEntry {
            reference,
            template: template.into(),
            source: state.reference(),
            journal,
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
