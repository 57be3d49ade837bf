//! What a system API does with a vendor's message: once, into records and events of its own.

use aws_lc_rs::digest;
use bytes::Bytes;
use crossdock_model::event::EventData;
use crossdock_model::{Clock, Correlation, Fault, Ids, Tenant, Timestamp};
use crossdock_store::{
    Appended, Batch, Cause, Changes, Conflict, MessageId, NewEvent, QueueClass, RecordRef,
    RecordWrite, Store, StoreError, Version,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use uuid::{Builder, Uuid};

/// How often a message is worked out again because somebody else wrote the same record.
const TRIES: usize = 16;

/// The inbox for messages of vendors, over the system tier's store.
#[derive(Debug, Clone)]
pub struct Inbox {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

/// A message that was found genuine.
#[derive(Debug, Clone)]
pub struct Message {
    /// The connector, and the message's id there (`webhook-id`).
    pub id: MessageId,
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// The object that it is about.
    pub about: Reference,
    /// What its records are kept together by: the vendor's own order or payment reference.
    pub partition: String,
    /// The correlation id, where the message carries one.
    pub correlation: Option<Correlation>,
    /// What happened to the object, told apart from everything else that ever happens to it: a version, a document and its end.
    pub fact: String,
}

/// An object as its vendor names it: the record of that kind with that unique key.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The kind of record.
    pub kind: &'static str,
    /// The name of the unique key.
    pub name: &'static str,
    /// The vendor's reference, with the connector in front where two of them may use the same.
    pub value: String,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InboxOutcome {
    /// Its records and events are on disk.
    New,
    /// It was there before; nothing more happened.
    Duplicate,
}

impl Inbox {
    /// An inbox over that store.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Self {
        Self { store, clock, ids }
    }

    /// Turns a message into records and events in one transaction, the first time it comes.
    ///
    /// `build` is pure, and runs again when the object has changed meanwhile.
    pub async fn process<T, F>(&self, message: Message, build: F) -> Result<InboxOutcome, Fault>
    where
        T: DeserializeOwned,
        F: Fn(&MessageContext<'_>, &Object<T>) -> Result<Changes, Fault>,
    {
        if self.store.seen(&message.id).await.map_err(store_fault)? {
            return Ok(InboxOutcome::Duplicate);
        }
        let begun = Correlation::begin(self.ids.next(self.clock.now()));
        let correlation = message.correlation.clone().unwrap_or(begun);
        for _try in 0..TRIES {
            let now = self.clock.now();
            let object = self.object(&message, now).await?;
            let context = MessageContext {
                message: &message,
                now,
            };
            let changes = build(&context, &object)?;
            let shard = self.store.shard_of(&message.tenant, &message.partition);
            let mut batch = Batch::new(shard, now);
            batch.cause = Some(Cause {
                tenant: message.tenant.clone(),
                caller: format!("hooks/{}", message.id.source).into(),
                operation: "webhook.take".into(),
                correlation: correlation.clone(),
                traceparent: None,
                claim: None,
            });
            batch.changes = changes;
            batch.inbox = Some(message.id.clone());
            let appended = self.store.append(QueueClass::Progress, batch).await;
            match appended.map_err(store_fault)? {
                Appended::Done => return Ok(InboxOutcome::New),
                Appended::Conflict(Conflict::Inbox) => return Ok(InboxOutcome::Duplicate),
                Appended::Conflict(
                    Conflict::Record { .. }
                    | Conflict::Unique { .. }
                    | Conflict::Claim { .. }
                    | Conflict::Revision { .. },
                )
                | Appended::Fenced => {}
            }
        }
        Err(Fault::Retry {
            after: None,
            why: "others keep changing the same record".into(),
        })
    }

    /// The object that a message is about, as it stands.
    async fn object<T: DeserializeOwned>(
        &self,
        message: &Message,
        now: Timestamp,
    ) -> Result<Object<T>, Fault> {
        let (tenant, about) = (message.tenant.clone(), message.about.clone());
        let Reference { kind, name, value } = &about;
        let found = self.store.record_by_key(&tenant, kind, name, value).await;
        let (id, version, state) = match found.map_err(store_fault)? {
            Some(record) => {
                let state = serde_json::from_slice(&record.body).map_err(|error| {
                    Fault::poison(format!("{kind} {value} cannot be read: {error}"))
                })?;
                (record.id, record.version, Some(state))
            }
            None => (self.ids.next(now), Version(0), None),
        };
        Ok(Object {
            about,
            tenant,
            version,
            id,
            state,
        })
    }
}

/// A message on its way into the store: when, and how events are written.
#[derive(Debug)]
pub struct MessageContext<'a> {
    message: &'a Message,
    /// When the message is processed.
    pub now: Timestamp,
}

/// A record by its vendor's reference, there already or about to be made.
#[derive(Debug, Clone)]
pub struct Object<T> {
    about: Reference,
    tenant: Tenant,
    version: Version,
    /// The record's id, ours and not the vendor's.
    pub id: Uuid,
    /// What is known of it; none the first time.
    pub state: Option<T>,
}

impl MessageContext<'_> {
    /// An event about an object that the same changes write; the same fact has the same id whenever it is told, and by
    /// whatever message.
    pub fn event<T, E: EventData>(&self, about: &Object<T>, data: &E) -> Result<NewEvent, Fault> {
        let Message {
            id, tenant, fact, ..
        } = self.message;
        let parts = [
            &*id.source,
            tenant.as_str(),
            about.about.kind,
            &about.about.value,
            E::KIND.as_str(),
            fact,
        ];
        Ok(NewEvent {
            id: id_of_fact(&parts),
            feed: E::KIND.feed(),
            aggregate: RecordRef {
                kind: about.about.kind,
                id: about.id,
            },
            kind: E::KIND.as_str(),
            data: json(data)?,
        })
    }
}

impl<T: Serialize> Object<T> {
    /// The write of its next version.
    pub fn write(&self, state: &T) -> Result<RecordWrite, Fault> {
        let record = RecordRef {
            kind: self.about.kind,
            id: self.id,
        };
        let mut write = RecordWrite::new(&record, &self.tenant, self.version, json(state)?);
        if self.version == Version(0) {
            let Reference { name, value, .. } = &self.about;
            write.unique.push((*name, value.clone()));
        }
        Ok(write)
    }
}

/// A UUID of version 8 (RFC 9562) from SHA-256 over the parts, each after its length so that neighbours do not run together.
fn id_of_fact(parts: &[&str]) -> Uuid {
    let mut hash = digest::Context::new(&digest::SHA256);
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let hash = hash.finish();
    let (first, _rest) = hash.as_ref().split_first_chunk().unwrap_or((&[0; 16], &[]));
    Builder::from_custom_bytes(*first).into_uuid()
}

fn json(value: &impl Serialize) -> Result<Bytes, Fault> {
    let written = serde_json::to_vec(value).map(Bytes::from);
    written.map_err(|error| Fault::poison(format!("cannot be written as JSON: {error}")))
}

/// The store cannot do it now; nothing was written, so the vendor sends the message again.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
fn store_fault(error: StoreError) -> Fault {
    match &error {
        StoreError::Full | StoreError::Broken(_) | StoreError::Corrupt(_) => Fault::Retry {
            after: None,
            why: error.to_string(),
        },
        StoreError::Archived(_)
        | StoreError::Erased(_)
        | StoreError::Displaced(_)
        | StoreError::EventsArchived(_)
        | StoreError::OtherLayout(_)
        | StoreError::WrongShard { .. }
        | StoreError::Malformed(_) => Fault::poison(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::event::{PaymentSettled, SettlementKind};
    use crossdock_model::{Currency, ExternalRef, Money};
    use crossdock_runtime::ManualClock;
    use crossdock_store::{Position, SqliteStore};

    fn settled(
        context: &MessageContext<'_>,
        payment: &Object<u32>,
        amount: i64,
    ) -> Result<Changes, Fault> {
        let data = PaymentSettled {
            order_reference: "A-1".into(),
            document: "R-1".into(),
            payment: "pay_1".into(),
            kind: SettlementKind::Refund,
            reference: ExternalRef {
                system: "psp".into(),
                kind: "refund".into(),
                value: "re_1".into(),
            },
            amount: Money::new(amount, Currency::USD),
            settled_at: context.now,
        };
        Ok(Changes {
            records: vec![payment.write(&(payment.state.unwrap_or(0) + 1))?],
            events: vec![context.event(payment, &data)?],
            answer: None,
        })
    }

    fn message(id: &str) -> Message {
        Message {
            id: MessageId {
                source: "psp".into(),
                id: id.into(),
            },
            tenant: Tenant::from("acme"),
            about: Reference {
                kind: "payment",
                name: "reference",
                value: "pay_1".into(),
            },
            partition: "pay_1".into(),
            correlation: None,
            fact: format!("refund/re_{id}"),
        }
    }

    fn inbox() -> (Inbox, Arc<dyn Store>) {
        let store: Arc<dyn Store> = Arc::new(SqliteStore::memory().unwrap());
        let clock = Arc::new(ManualClock::at(
            Timestamp::from_second(1_700_000_000).unwrap(),
        ));
        let ids = Arc::new(Ids::seeded(1));
        (Inbox::new(Arc::clone(&store), clock, ids), store)
    }

    #[tokio::test]
    async fn a_message_becomes_one_event_however_often_it_comes() {
        let (inbox, store) = inbox();
        for (id, taken) in [
            ("1", InboxOutcome::New),
            ("1", InboxOutcome::Duplicate),
            ("2", InboxOutcome::New),
        ] {
            let outcome = inbox
                .process(message(id), |context, payment| settled(context, payment, 5))
                .await;
            assert_eq!(outcome.unwrap(), taken, "{id}");
        }
        let events = store
            .events("payment", &Position::default(), 10)
            .await
            .unwrap();
        let sequences: Vec<u64> = events.iter().map(|event| event.sequence).collect();
        assert_eq!(sequences, [1, 2]);
        assert_eq!(events[0].aggregate_id, events[1].aggregate_id);
        assert_eq!(events[0].causation.as_deref(), Some("1"));
    }

    #[tokio::test]
    async fn the_event_of_a_fact_has_one_id_in_every_store_and_two_facts_have_two() {
        let mut ids = Vec::new();
        for names in [["1", "2"], ["2", "1"]] {
            let (inbox, store) = inbox();
            for name in names {
                // The second time it is told by another message.
                let mut told = message(name);
                told.id.id = format!("{name} of {names:?}").into();
                let outcome = inbox.process(told, |context, payment| settled(context, payment, 5));
                outcome.await.unwrap();
            }
            let events = store.events("payment", &Position::default(), 10).await;
            let mut both: Vec<Uuid> = events.unwrap().iter().map(|event| event.id).collect();
            both.sort_unstable();
            ids.push(both);
        }
        assert_eq!(ids[0], ids[1]);
        assert_ne!(ids[0][0], ids[0][1]);
        assert_eq!(ids[0][0].get_version_num(), 8);
        assert_ne!(id_of_fact(&["a", "bc"]), id_of_fact(&["ab", "c"]));
    }

    #[tokio::test]
    async fn a_message_that_is_refused_leaves_nothing_and_may_come_again() {
        let (inbox, store) = inbox();
        let refused = inbox
            .process(message("1"), |_context, _payment: &Object<u32>| {
                Err(Fault::poison("not a refund"))
            })
            .await;
        assert!(matches!(refused, Err(Fault::Poison { .. })));
        let outcome = inbox
            .process(message("1"), |context, payment| {
                settled(context, payment, 5)
            })
            .await;
        assert_eq!(outcome.unwrap(), InboxOutcome::New);
        assert_eq!(
            store
                .events("payment", &Position::default(), 10)
                .await
                .unwrap()
                .len(),
            1
        );
    }
}
