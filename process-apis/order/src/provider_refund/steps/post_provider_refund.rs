//! Books a refund at the provider: the money is out of clearing, and the customer has it in advance.

use crate::journal_entry::{Booked, OrderEntry};
use crate::ledger::provider_books;
use crate::provider_refund::state::RefundedAtProvider;

pub(crate) struct RefundAtProvider;

impl Booked<RefundedAtProvider> for RefundAtProvider {
    const NAME: &'static str = "post-provider-refund";

    fn entry(state: &RefundedAtProvider) -> OrderEntry<'_> {
        OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: state.entry(),
            template: "provider-refund",
            journal: provider_books::refunded(state.amount, state.fee),
        }
    }
}
