//! Books that a shipment claims a capture at the provider: the sale's own entry has the money in clearing as well.

use crate::journal_entry::{Booked, OrderEntry};
use crate::ledger::provider_books;
use crate::provider_capture::state::CapturedAtProvider;

pub(crate) struct ClaimedCapture;

impl Booked<CapturedAtProvider> for ClaimedCapture {
    const NAME: &'static str = "post-claimed";

    fn entry(state: &CapturedAtProvider) -> OrderEntry<'_> {
        OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: format!("claimed-capture-{}", state.reference.value),
            template: "provider-capture-claimed",
            journal: provider_books::captured(state.amount).reversed(),
        }
    }
}
