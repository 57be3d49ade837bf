//! Books what no unit accounts for as given to keep the customer.

use crate::journal_entry::OrderEntry;
use crate::ledger::provider_books;
use crate::provider_refund::state::RefundedAtProvider;
use crate::records;
use crate::systems::Systems;
use crossdock_desk::RecordReader;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use proc_order_contract::Order;
use sys_erp_contract::ErpClient;

pub(crate) struct PostGoodwill {
    erp: ErpClient,
    records: RecordReader,
}

impl PostGoodwill {
    pub(crate) fn new(systems: &Systems, records: &RecordReader) -> Self {
        Self {
            erp: systems.erp.clone(),
            records: records.clone(),
        }
    }
}

impl Step<RefundedAtProvider> for PostGoodwill {
    const NAME: &'static str = "post-goodwill";
    const RETRY: Retry = Retry::PATIENT;
    type Out = Option<ExternalRef>;

    async fn run(
        &self,
        delivery: &Delivery,
        state: &RefundedAtProvider,
    ) -> Result<Option<ExternalRef>, Fault> {
        let record = records::order(state.order_id);
        let order: Order = self.records.read(&delivery.context, &record).await?;
        let mut refunds = order.provider.refunds.iter();
        let refund = refunds.find(|refund| refund.reference == state.reference);
        let goodwill = refund
            .and_then(|refund| refund.attribution.as_ref())
            .map(|attribution| attribution.goodwill)
            .filter(|goodwill| !goodwill.is_zero());
        let Some(goodwill) = goodwill else {
            return Ok(None);
        };
        let entry = OrderEntry {
            erp: &state.erp,
            order: state.order_id,
            reference: format!("goodwill-{}", state.entry()),
            template: "goodwill",
            journal: provider_books::given_as_goodwill(goodwill),
        };
        entry.post(&self.erp, delivery).await.map(Some)
    }

    fn record(_state: &mut RefundedAtProvider, _posted: Option<ExternalRef>) {}
}
