//! Entries in an order's books beside its sale: the step that posts one, whatever it says.

use crate::systems::Systems;
use crossdock_model::{ConnectorName, Delivery, ExternalRef, Fault, OrderId};
use crossdock_workflow::{Retry, State, Step};
use std::marker::PhantomData;
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
    /// What is debited and credited, which balances.
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

/// What a workflow books at one of its nodes: the state alone says what.
pub(crate) trait Booked<S>: Send + Sync + 'static {
    /// The node's id.
    const NAME: &'static str;

    fn entry(state: &S) -> OrderEntry<'_>;
}

/// The step that posts what is booked there.
pub(crate) struct Post<B> {
    erp: ErpClient,
    booked: PhantomData<B>,
}

impl<B> Post<B> {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self {
            erp: systems.erp.clone(),
            booked: PhantomData,
        }
    }
}

impl<S: State, B: Booked<S>> Step<S> for Post<B> {
    const NAME: &'static str = B::NAME;
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &S) -> Result<ExternalRef, Fault> {
        B::entry(state).post(&self.erp, delivery).await
    }

    fn record(_state: &mut S, _posted: ExternalRef) {}
}
