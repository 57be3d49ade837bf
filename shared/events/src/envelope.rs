//! The envelope that every event travels in: CloudEvents 1.0, structured JSON.

use crossdock_model::event::{Event, EventData, EventError, Kind};
use crossdock_model::{Fault, Tenant, Timestamp};
use crossdock_store::{Place, StoredEvent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

const SPEC: &str = "1.0";
const JSON: &str = "application/json";
const PREFIX: &str = "com.crossdock.";

/// What happened, once, to one thing of a retailer's.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CloudEvent {
    /// The version of the envelope.
    #[schema(example = "1.0")]
    pub specversion: String,
    /// Unique: a reader that has seen it drops it.
    pub id: Uuid,
    /// Whose and about what: `/crossdock/{tenant}/{api}/{aggregate}/{id}`.
    pub source: String,
    /// The type of what happened, `com.crossdock.order.placed.v1`.
    #[serde(rename = "type")]
    pub kind_type: String,
    /// What it is about, `order/{id}`: events of one subject come in order.
    pub subject: String,
    /// When it was committed, by the clock of its process.
    pub time: Timestamp,
    /// When it was written down.
    pub recordedtime: Timestamp,
    /// The media type of `data`, always JSON.
    pub datacontenttype: String,
    /// Where the payload's schema is.
    pub dataschema: String,
    /// How carefully the payload is handled.
    pub dataclassification: String,
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// Its number among the events of its subject, from 1 without a gap, in twelve digits.
    #[schema(example = "000000000005")]
    pub sequence: String,
    /// What is kept together by those who divide the feed.
    pub partitionkey: String,
    /// Its place in the feed, `shard:offset`.
    pub feedposition: String,
    /// The correlation id that it shares with the call that caused it.
    pub correlationid: String,
    /// What caused it: an event, a workflow's run or a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causationid: Option<String>,
    /// The W3C trace context of what caused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The payload, as the type's schema says.
    #[schema(value_type = Object)]
    pub data: Box<RawValue>,
}

impl CloudEvent {
    /// The envelope of a stored event; a payload that is no JSON becomes null, which no reader takes.
    pub fn of(event: &StoredEvent) -> Self {
        let kind_type = type_of(&event.kind);
        let subject = format!("{}/{}", event.aggregate_kind, event.aggregate_id);
        let class = Kind::parse(&event.kind).map_or("internal", |kind| kind.data_class().as_str());
        let data = std::str::from_utf8(&event.data).ok();
        let data = data.and_then(|text| RawValue::from_string(text.to_owned()).ok());
        Self {
            specversion: SPEC.to_owned(),
            id: event.id,
            source: format!("/crossdock/{}/{}/{subject}", event.tenant, event.feed),
            dataschema: format!("/docs/events/{kind_type}"),
            kind_type,
            time: event.at,
            recordedtime: event.at,
            datacontenttype: JSON.to_owned(),
            dataclassification: class.to_owned(),
            tenant: event.tenant.clone(),
            sequence: format!("{:012}", event.sequence),
            partitionkey: event.aggregate_id.to_string(),
            feedposition: format!("{}:{}", event.shard.0, event.offset),
            subject,
            correlationid: event.correlation.to_string(),
            causationid: event.causation.as_deref().map(str::to_owned),
            traceparent: event.traceparent.as_deref().map(str::to_owned),
            data: data.unwrap_or_else(|| RawValue::NULL.to_owned()),
        }
    }

    /// What kind of event it is; none where a newer producer knows more than we do.
    pub fn kind(&self) -> Option<Kind> {
        let ours = |kind: &Kind| {
            let rest = self.kind_type.strip_prefix(PREFIX);
            rest.and_then(|rest| rest.strip_suffix(".v1")) == Some(kind.suffix())
        };
        Kind::ALL.iter().copied().find(ours)
    }

    /// The payload by its kind.
    pub fn read(&self) -> Result<Event, EventError> {
        let kind = self
            .kind()
            .ok_or_else(|| EventError::UnknownKind(self.kind_type.clone()))?;
        Event::read(kind.as_str(), self.data.get().as_bytes())
    }

    /// The payload as that type; anything else is [`Fault::Poison`].
    pub fn data<T: EventData>(&self) -> Result<T, Fault> {
        let poison = |why: String| Fault::poison(format!("event {}: {why}", self.id));
        if self.kind() != Some(T::KIND) {
            return Err(poison(format!("{} is no {}", self.kind_type, T::KIND)));
        }
        serde_json::from_slice(self.data.get().as_bytes())
            .map_err(|error| poison(error.to_string()))
    }

    /// The id of the record that it is about.
    pub fn aggregate_id(&self) -> Option<Uuid> {
        self.partitionkey.parse().ok()
    }

    /// Its shard, and its place in it.
    pub(crate) fn place(&self) -> Option<(u16, Place)> {
        let (shard, offset) = self.feedposition.split_once(':')?;
        let place = Place {
            offset: offset.parse().ok()?,
            event: self.id,
            at: self.time,
        };
        Some((shard.parse().ok()?, place))
    }
}

/// The type of a kind; one that is not in the table yet gets its name in lower case, aggregate first.
fn type_of(kind: &str) -> String {
    if let Some(kind) = Kind::parse(kind) {
        return kind.type_name();
    }
    let mut dotted = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() && !dotted.is_empty() {
            dotted.push(if dotted.contains('.') { '-' } else { '.' });
        }
        dotted.push(letter.to_ascii_lowercase());
    }
    format!("{PREFIX}{dotted}.v1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_store::Shard;
    use serde_json::Value;

    fn stored(kind: &str, data: &'static str) -> StoredEvent {
        StoredEvent {
            id: Uuid::from_u128(1),
            feed: "order".into(),
            shard: Shard(3),
            offset: 127,
            tenant: Tenant::from("acme"),
            aggregate_kind: "order".into(),
            aggregate_id: Uuid::from_u128(2),
            sequence: 5,
            kind: kind.into(),
            correlation: "journey".into(),
            causation: None,
            traceparent: None,
            at: Timestamp::from_second(1_700_000_000).unwrap(),
            data: data.into(),
        }
    }

    #[test]
    fn an_envelope_is_a_cloud_event() {
        let data = r#"{"orderId":"00000000-0000-0000-0000-000000000002"}"#;
        let stored = stored("OrderCompleted", data);
        let event = CloudEvent::of(&stored);
        let wire: Value = serde_json::to_value(&event).unwrap();
        assert_eq!(wire["specversion"], "1.0");
        assert_eq!(wire["type"], "com.crossdock.order.completed.v1");
        let id = "00000000-0000-0000-0000-000000000002";
        assert_eq!(wire["source"], format!("/crossdock/acme/order/order/{id}"));
        assert_eq!(wire["sequence"], "000000000005");
        assert_eq!(wire["time"], "2023-11-14T22:13:20Z");
        assert_eq!(wire["data"]["orderId"], id);
        // Names of context attributes are lower-case letters and digits only.
        for name in wire.as_object().unwrap().keys() {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            assert!(name.bytes().all(plain), "{name}");
        }
        let back: CloudEvent = serde_json::from_value(wire).unwrap();
        assert_eq!(back.place(), Some((3, stored.place())));
        assert!(matches!(back.read().unwrap(), Event::OrderCompleted(_)));
    }

    #[test]
    fn a_kind_from_the_future_still_travels() {
        let event = CloudEvent::of(&stored("OrderGiftWrapped", "{}"));
        assert_eq!(event.kind_type, "com.crossdock.order.gift-wrapped.v1");
        assert!(matches!(event.read(), Err(EventError::UnknownKind(_))));
    }
}
