//! The records that a return reads and writes, and the references it has at the backends.

use crossdock_desk::fact;
use crossdock_model::event::ErpPosted;
use crossdock_model::{ExternalRef, OrderId, Refusal, ReturnId};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::Moment;
use proc_order_contract::Order;
use proc_return_contract::Return;

/// The feed of this API.
pub(crate) const FEED: &str = "return";

/// The order's record, which the order process shares in the tier's store.
pub(crate) fn order(id: OrderId) -> RecordRef {
    RecordRef {
        kind: Order::KIND,
        id: id.0,
    }
}

/// The record of that return.
pub(crate) fn of_return(id: ReturnId) -> RecordRef {
    RecordRef {
        kind: Return::KIND,
        id: id.0,
    }
}

/// The reference of the journal entry that books a settled refund.
pub(crate) fn refund_entry(id: ReturnId) -> String {
    format!("refund-{id}")
}

/// The reference of the journal entry that books what a person paid in the place of a refund.
pub(crate) fn by_hand_entry(id: ReturnId) -> String {
    format!("refund-by-hand-{id}")
}

/// The reference of the journal entry that takes a settled refund back.
pub(crate) fn reversed_entry(id: ReturnId) -> String {
    format!("refund-reversed-{id}")
}

/// `ErpPosted` with a record of its own, unique by the document; nothing while there is no document.
pub(crate) fn posted(
    moment: &Moment,
    returned: &Return,
    posting: &str,
    document: Option<&ExternalRef>,
) -> Result<Changes, Refusal> {
    let Some(document) = document else {
        return Ok(Changes::none());
    };
    let posted = ErpPosted {
        order_id: returned.order_id,
        return_id: Some(returned.id),
        posting: posting.to_owned(),
        document: document.clone(),
        amount: None,
    };
    let key = format!("{}/{}/{}", document.system, document.kind, document.value);
    fact(moment, FEED, &posted, vec![("document", key)])
}
