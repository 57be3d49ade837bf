//! Books a capture at the provider: the money is in clearing, and owed to the customer until a shipment claims it.

use crate::journal_entry::{Booked, OrderEntry};
use crate::ledger::provider_books;
use crate::provider_capture::state::CapturedAtProvider;

pub(crate) struct CaptureAtProvider;

impl Booked<CapturedAtProvider> for CaptureAtProvider {
    const NAME: &'static str = "post-provider-capture";

    fn entry(state: &CapturedAtProvider) -> OrderEntry<'_> {
        OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: format!("provider-capture-{}", state.reference.value),
            template: "provider-capture",
            journal: provider_books::captured(state.amount),
        }
    }
}
