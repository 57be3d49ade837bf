//! The record of an order's personal data, from its first version to its erasure.

use crossdock_model::{Address, OrderId, Refusal, Tenant, Timestamp};
use crossdock_store::{RecordRef, RecordWrite, Version};
use crossdock_workflow::{Loaded, Moment};
use proc_order_contract::ErasureReason;
use serde::{Deserialize, Serialize};

/// The body of the record. It has no `Debug`, so that it gets into no log.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PersonalData {
    /// What is known, because the order needs it.
    Kept(Kept),
    /// Nothing any more.
    Erased {
        /// When it was erased.
        at: Timestamp,
        /// The reason for it.
        why: Purposeless,
    },
}

/// Why personal data has no purpose left.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Purposeless {
    /// The order was refused: nothing goes to anybody.
    Refused,
    /// Somebody asked to erase it.
    Asked(ErasureReason),
}

/// What is known about the person that an order goes to.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    /// The address that every shipment goes to.
    pub(crate) ship_to: Address,
    /// The payment provider's token for the card, until the money is authorised; none where none is owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payment_token: Option<String>,
}

impl PersonalData {
    /// The kind of the record in the store.
    pub(crate) const KIND: &'static str = "personal-data";

    /// The record of that order's personal data; it has the order's id.
    pub(crate) fn record(order: OrderId) -> RecordRef {
        RecordRef {
            kind: Self::KIND,
            id: order.0,
        }
    }
}

/// The first version, to be written with the start of the order's workflow.
pub(crate) fn first_version(
    tenant: &Tenant,
    order: OrderId,
    kept: Kept,
) -> Result<RecordWrite, Refusal> {
    let record = PersonalData::record(order);
    let body = serde_json::to_vec(&PersonalData::Kept(kept)).map_err(|error| {
        let detail = format!("the personal data of order {order} cannot be written: {error}");
        Refusal::new("internal", detail)
    })?;
    let first = Version(0);
    Ok(RecordWrite::new(&record, tenant, first, body.into()))
}

/// The version without the payment token, once the money is authorised; nothing where there is no token.
pub(crate) fn without_token(
    order: OrderId,
    loaded: &Loaded,
    moment: &Moment,
) -> Result<Option<RecordWrite>, Refusal> {
    let record = PersonalData::record(order);
    let Some((version, PersonalData::Kept(mut kept))) = loaded.get(&record)? else {
        return Ok(None);
    };
    if kept.payment_token.take().is_none() {
        return Ok(None);
    }
    let write = moment.update(&record, version, &PersonalData::Kept(kept))?;
    Ok(Some(write))
}

/// The version with nothing left in it; nothing where it is erased already, or was never written.
pub(crate) fn erased(
    order: OrderId,
    why: Purposeless,
    loaded: &Loaded,
    moment: &Moment,
) -> Result<Option<RecordWrite>, Refusal> {
    let record = PersonalData::record(order);
    let Some((version, PersonalData::Kept(_))) = loaded.get(&record)? else {
        return Ok(None);
    };
    let erased = PersonalData::Erased {
        at: moment.now,
        why,
    };
    let write = moment.update(&record, version, &erased)?;
    Ok(Some(write))
}
