//! An entry in an order's books beside its sale, posted to the ERP that keeps them.

use crossdock_model::{ConnectorName, Delivery, ExternalRef, Fault, OrderId};
use sys_erp_contract::{ErpClient, Journal, JournalEntry};

/// An entry to be posted: its lines, under a reference of its own, by a template.
pub(crate) struct OrderEntry<'a> {
    /// The ERP that keeps the order's books.
    pub(crate) erp: &'a ConnectorName,
    /// The order that it stems from.
    pub(crate) order: OrderId,
    /// The reference: one entry for each.
    pub(crate) reference: String,
    /// The posting template that made it.
    pub(crate) template: &'static str,
    /// The lines.
    pub(crate) journal: Journal,
}

impl OrderEntry<'_> {
    /// Posts it, once however often it is delivered; answers the document.
    pub(crate) async fn post(
        self,
        erp: &ErpClient,
        delivery: &Delivery,
    ) -> Result<ExternalRef, Fault> {
        let entry = JournalEntry {
            reference: self.reference,
            template: self.template.into(),
            source: self.order.to_string(),
            journal: self.journal,
            posting_date: None,
            origin_date: None,
        };
        let erp = erp.pinned_to(self.erp);
        let posted = erp.post_journal(delivery, &entry).await?;
        Ok(posted.reference)
    }
}
