//! Reads an order's personal data for the step that needs it, when it needs it.

use crate::personal_data::record::{Kept, PersonalData};
use crossdock_model::{Context, Fault, OrderId};
use crossdock_store::Store;
use std::sync::Arc;

/// Reads personal data out of the tier's store, so that no workflow's state has to carry it.
#[derive(Debug, Clone)]
pub(crate) struct PersonalDataReader(Arc<dyn Store>);

impl PersonalDataReader {
    pub(crate) fn new(store: &Arc<dyn Store>) -> Self {
        Self(Arc::clone(store))
    }

    /// What is known of that order's person; refused with `gone` once it is erased.
    pub(crate) async fn read(&self, context: &Context, order: OrderId) -> Result<Kept, Fault> {
        let record = PersonalData::record(order);
        let tenant = &context.caller.tenant;
        let found = self.0.record(tenant, record.kind, record.id).await;
        let found = found.map_err(|error| Fault::Retry {
            after: None,
            why: error.to_string(),
        })?;
        let Some(found) = found else {
            let why = format!("there is no personal data of order {order}");
            return Err(Fault::poison(why));
        };
        match serde_json::from_slice(&found.body) {
            Ok(PersonalData::Kept(kept)) => Ok(kept),
            Ok(PersonalData::Erased { at, .. }) => {
                let detail = format!("the personal data of order {order} was erased at {at}");
                Err(Fault::refused("gone", detail))
            }
            // The error's own words could quote what stands there.
            Err(_unreadable) => {
                let why = format!("the personal data of order {order} cannot be read");
                Err(Fault::poison(why))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal_data::{Purposeless, first_version};
    use crossdock_model::{Address, Caller, Correlation, Tenant, Timestamp};
    use crossdock_store::{Batch, QueueClass, RecordWrite, SqliteStore};
    use futures_util::FutureExt as _;
    use uuid::Uuid;

    const ORDER: OrderId = OrderId(Uuid::from_u128(7));

    fn tenant() -> Tenant {
        "acme".into()
    }

    fn store_with(records: Vec<RecordWrite>) -> Arc<dyn Store> {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::memory().unwrap());
        for record in records {
            let shard = store.shard_of(&tenant(), &ORDER.to_string());
            let mut batch = Batch::new(shard, Timestamp::UNIX_EPOCH);
            batch.changes.records.push(record);
            let appended = store.append(QueueClass::Start, batch);
            appended.now_or_never().unwrap().unwrap();
        }
        store
    }

    fn read(store: &Arc<dyn Store>) -> Result<Kept, Fault> {
        let caller = Caller::workflow(tenant());
        let context = Context::new(caller, Correlation::begin(ORDER.0));
        let reader = PersonalDataReader::new(store);
        reader.read(&context, ORDER).now_or_never().unwrap()
    }

    fn first() -> RecordWrite {
        let ship_to = Address {
            country: "DE".into(),
            region: None,
            postal_code: None,
            city: "Berlin".into(),
            lines: Vec::new(),
        };
        let kept = Kept {
            ship_to,
            payment_token: Some("tok_visa".into()),
        };
        first_version(&tenant(), ORDER, kept).unwrap()
    }

    #[test]
    fn a_step_reads_what_is_kept() {
        let kept = read(&store_with(vec![first()])).ok().unwrap();
        assert_eq!(kept.ship_to.city, "Berlin");
        assert_eq!(kept.payment_token.as_deref(), Some("tok_visa"));
    }

    #[test]
    fn what_is_erased_is_refused_as_gone_so_that_the_order_is_undone_or_waits_for_a_person() {
        let erased = PersonalData::Erased {
            at: Timestamp::UNIX_EPOCH,
            why: Purposeless::Refused,
        };
        let mut second = first();
        second.expected = crossdock_store::Version(1);
        second.body = serde_json::to_vec(&erased).unwrap().into();
        let refused = read(&store_with(vec![first(), second])).err();
        assert!(matches!(refused, Some(Fault::Refused(no)) if no.code == "gone"));
    }

    #[test]
    fn what_was_never_written_or_cannot_be_read_is_poison_and_quotes_nothing() {
        let never = read(&store_with(Vec::new())).err();
        assert!(matches!(never, Some(Fault::Poison { .. })));
        let mut broken = first();
        broken.body = "{\"kept\": \"1 Main Street\"}".into();
        let unread = read(&store_with(vec![broken])).err();
        assert!(matches!(unread, Some(Fault::Poison { why }) if !why.contains("Main")));
    }
}
