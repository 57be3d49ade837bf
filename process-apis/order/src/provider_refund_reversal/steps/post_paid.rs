//! Books what a person paid in the place of the refund.

use crate::journal_entry::{Booked, OrderEntry};
use crate::ledger::provider_books;
use crate::provider_refund_reversal::state::CameBack;

pub(crate) struct PaidByHand;

impl Booked<CameBack> for PaidByHand {
    const NAME: &'static str = "post-paid";

    fn entry(state: &CameBack) -> OrderEntry<'_> {
        OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: format!("provider-refund-by-hand-{}", state.reference.value),
            template: "refund-by-hand",
            journal: provider_books::paid_by_hand(state.amount),
        }
    }
}
