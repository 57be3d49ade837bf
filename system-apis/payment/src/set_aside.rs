//! Messages with a good signature that nobody can use: kept as they came, and reported.

use crate::port::Unusable;
use crossdock_events::{Inbox, InboxOutcome, Message, Object, Reference};
use crossdock_model::event::WebhookSetAside;
use crossdock_model::{ConnectorName, Fault, Tenant};
use crossdock_store::{Changes, MessageId, Store};
use sys_payment_contract::KeptWebhook;

/// The kind of the records: a message that is kept.
const RECORD: &str = "webhook";
/// The business key under which the record is found: the provider's id, below its connector's name.
const KEY: &str = "provider-message";
/// Whose a message is that does not say so: no retailer's, so that only who operates the installation sees it.
const NOBODY: &str = "unknown";
/// The most that is kept of a body, in characters: a provider's message has a few thousand.
const MOST: usize = 64 * 1024;

/// Keeps a message and reports it, once however often it is sent.
pub(crate) async fn keep(
    inbox: &Inbox,
    connector: &ConnectorName,
    unusable: &Unusable,
) -> Result<InboxOutcome, Fault> {
    let id = &unusable.id;
    let tenant = unusable.outline.tenant.clone();
    let message = Message {
        id: MessageId {
            source: connector.as_str().into(),
            // The message itself is not taken yet: under its own id it can be, once somebody can read it.
            id: format!("{id}/set-aside").into(),
        },
        tenant: tenant.unwrap_or_else(|| Tenant::from(NOBODY)),
        about: Reference {
            kind: RECORD,
            name: KEY,
            value: value(connector, id),
        },
        partition: id.clone(),
        correlation: None,
        fact: "set-aside".into(),
    };
    let kept = inbox.process(message, |context, about: &Object<KeptWebhook>| {
        let kept = KeptWebhook {
            message: id.clone(),
            body: unusable.body.chars().take(MOST).collect(),
            why: unusable.why.clone(),
        };
        let set_aside = WebhookSetAside {
            connector: connector.clone(),
            message: id.clone(),
            about: unusable.outline.about.clone(),
            why: unusable.why.clone(),
        };
        Ok(Changes {
            records: vec![about.write(&kept)?],
            events: vec![context.event(about, &set_aside)?],
            answer: None,
        })
    });
    kept.await
}

/// A message that was kept, of that tenant.
pub(crate) async fn kept(
    store: &dyn Store,
    tenant: &Tenant,
    connector: &ConnectorName,
    message: &str,
) -> Result<Option<KeptWebhook>, Fault> {
    let value = value(connector, message);
    let found = store.record_by_key(tenant, RECORD, KEY, &value).await;
    let found = found.map_err(|error| Fault::Retry {
        after: None,
        why: error.to_string(),
    })?;
    let read = found.map(|record| {
        serde_json::from_slice(&record.body)
            .map_err(|error| Fault::poison(format!("a kept message cannot be read: {error}")))
    });
    read.transpose()
}

fn value(connector: &ConnectorName, message: &str) -> String {
    format!("{connector}/{message}")
}
