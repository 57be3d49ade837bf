//! What all workflows of an order write to: its record, its feed, the ERP's documents of it.

use crossdock_desk::fact;
use crossdock_model::event::{ErpPosted, EventData};
use crossdock_model::{ExternalRef, OrderId, Refusal};
use crossdock_store::{Changes, NewEvent, RecordRef};
use crossdock_workflow::Moment;
use proc_order_contract::Order;

/// The feed of this API.
pub(crate) const FEED: &str = "order";

/// The record of that order.
pub(crate) fn order(id: OrderId) -> RecordRef {
    RecordRef {
        kind: Order::KIND,
        id: id.0,
    }
}

/// An event about a record that changes in the same commit.
pub(crate) fn event<E: EventData>(
    moment: &Moment,
    record: &RecordRef,
    data: &E,
) -> Result<NewEvent, Refusal> {
    moment.event(FEED, record, E::KIND.as_str(), data)
}

/// `ErpPosted` with a record of its own, unique by the document; nothing while there is no document.
pub(crate) fn posted(
    moment: &Moment,
    order: OrderId,
    posting: &str,
    document: Option<&ExternalRef>,
) -> Result<Changes, Refusal> {
    let Some(document) = document else {
        return Ok(Changes::none());
    };
    let key = format!("{}/{}/{}", document.system, document.kind, document.value);
    let posted = ErpPosted {
        order_id: order,
        return_id: None,
        posting: posting.to_owned(),
        document: document.clone(),
        amount: None,
    };
    fact(moment, FEED, &posted, vec![("document", key)])
}
