//! Books that the refund came back: it is in clearing again.

use crate::journal_entry::{Booked, OrderEntry};
use crate::ledger::provider_books;
use crate::provider_refund_reversal::state::CameBack;

pub(crate) struct RefundCameBack;

impl Booked<CameBack> for RefundCameBack {
    const NAME: &'static str = "post-came-back";

    fn entry(state: &CameBack) -> OrderEntry<'_> {
        OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: format!("provider-refund-reversed-{}", state.reference.value),
            template: "provider-refund-reversed",
            journal: provider_books::refunded(state.amount, None).reversed(),
        }
    }
}
