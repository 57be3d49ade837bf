//! Erases an order's personal data, once none of the order's steps can need it any more.

use crate::lookup::no_order;
use crate::personal_data::record::{PersonalData, Purposeless};
use crate::records;
use crossdock_desk::{Desk, read, store_problem};
use crossdock_model::{OrderId, Timestamp};
use crossdock_problem::{Code, Problem};
use crossdock_store::{Appended, Batch, Cause, Conflict, QueueClass, Record, RecordWrite};
use proc_order_contract::{ErasureReason, Lifecycle, Order};

/// Erases it, or finds that it was erased before; answers when.
///
/// The caller's key is bound to nothing: there is one erasure an order, and whoever asks again finds it.
pub(crate) async fn erase(
    desk: &Desk,
    cause: &Cause,
    id: OrderId,
    reason: ErasureReason,
) -> Result<Timestamp, Problem> {
    loop {
        let stands = erasable(desk, cause, id).await?;
        if let PersonalData::Erased { at, .. } = read(&stands)? {
            return Ok(at);
        }
        let at = desk.clock.now();
        let shard = desk.store.shard_of(&cause.tenant, &id.to_string());
        let mut batch = Batch::new(shard, at);
        batch.cause = Some(cause.clone());
        batch.changes.records = vec![erasure(cause, &stands, at, reason)?];
        let appended = desk.store.append(QueueClass::Start, batch).await;
        match appended.map_err(store_problem)? {
            Appended::Done => return Ok(at),
            // Somebody else was there first: what they left is looked at again.
            Appended::Conflict(Conflict::Record { .. }) => {}
            other @ (Appended::Conflict(_) | Appended::Fenced) => {
                let detail = format!("the personal data could not be erased: {other:?}");
                return Err(Problem::new(Code::Internal, detail));
            }
        }
    }
}

/// The record as it stands; refused while the order's workflows still read it.
async fn erasable(desk: &Desk, cause: &Cause, id: OrderId) -> Result<Record, Problem> {
    let wanted = [records::order(id), PersonalData::record(id)];
    let found = desk.store.load(&cause.tenant, &wanted).await;
    let mut found = found.map_err(store_problem)?.into_iter();
    let (Some(Some(order)), Some(Some(personal_data))) = (found.next(), found.next()) else {
        return Err(no_order(id));
    };
    let order: Order = read(&order)?;
    match order.lifecycle {
        Lifecycle::Completed | Lifecycle::Cancelled | Lifecycle::Rejected => Ok(personal_data),
        Lifecycle::Received | Lifecycle::Placed => {
            let detail = format!(
                "order {id} is still open and needs its address: erase it once everything has shipped, or cancel the order first"
            );
            Err(Problem::new(Code::WrongState, detail))
        }
    }
}

fn erasure(
    cause: &Cause,
    stands: &Record,
    at: Timestamp,
    reason: ErasureReason,
) -> Result<RecordWrite, Problem> {
    let why = Purposeless::Asked(reason);
    let erased = PersonalData::Erased { at, why };
    let body = serde_json::to_vec(&erased)
        .map_err(|error| Problem::new(Code::Internal, format!("it cannot be written: {error}")))?;
    let record = PersonalData::record(OrderId(stands.id));
    let (tenant, version) = (&cause.tenant, stands.version);
    Ok(RecordWrite::new(&record, tenant, version, body.into()))
}
