//! Canonical events: what happened, in terms of the canonical model, the same for every reader.
//!
//! The list is in `table` and `backends`: a new event is one entry there with its payload. Payloads only
//! grow; a field that must change its meaning makes a new kind. They hold ids, amounts and units and
//! nothing personal beyond ids.

mod backends;
mod macros;
mod parts;
mod table;

pub use parts::{
    AccrualState, DisputeOutcome, EventLine, PlacedLine, PlacedRedemption, PlacedTender,
    ReservedLine, SettlementKind,
};
pub use table::*;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A payload that knows which kind of event it is.
pub trait EventData: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind of event that this is the payload of.
    const KIND: Kind;
}

/// Who produces a kind, and about which records: no two feeds report the same thing of the same record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The feed, which is the producing API's name.
    pub feed: &'static str,
    /// The kind of record it is about, whose events are counted by their sequence.
    pub aggregate: &'static str,
}

/// How carefully a payload is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataClass {
    /// Public data: anybody may read it.
    Public,
    /// Ids, units and states.
    Internal,
    /// Amounts of money or points.
    Financial,
    /// Ids of a person, such as the customer's or the member's.
    Pseudonymous,
    /// A person itself: name, address, e-mail. No event carries it.
    Personal,
}

impl DataClass {
    /// The class as specifications and envelopes write it, `financial`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Financial => "financial",
            Self::Pseudonymous => "pseudonymous",
            Self::Personal => "personal",
        }
    }
}

/// A payload that is not what its kind says, or a kind that nobody knows.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// A kind that this version does not know; a newer producer may send it.
    #[error("unknown event kind '{0}': skip it, or upgrade the reader")]
    UnknownKind(String),
    /// A payload that cannot be read.
    #[error("{kind} cannot be read: {source}")]
    Unreadable {
        /// The kind under which it was sent.
        kind: Kind,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl Kind {
    /// The feed that it is on; the first, where two processes report it of their own records.
    pub fn feed(self) -> &'static str {
        self.sources().first().map_or("", |source| source.feed)
    }

    /// The type of its envelope, `com.crossdock.order.placed.v1`.
    pub fn type_name(self) -> String {
        format!("com.crossdock.{}.v1", self.suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, Money, OrderId};
    use std::collections::HashSet;

    #[test]
    fn every_kind_is_found_by_its_name_and_described() {
        for &kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert!(kind.meaning().ends_with('.'), "{kind:?}");
            assert!(!kind.sources().is_empty(), "{kind:?}");
            let schema = serde_json::to_value(kind.schema()).unwrap();
            assert_eq!(schema["type"], "object", "{kind:?}");
        }
        assert_eq!(Kind::parse("OrderForgotten"), None);
    }

    #[test]
    fn types_on_the_wire_are_unique_and_well_formed() {
        let types: HashSet<String> = Kind::ALL.iter().map(|kind| kind.type_name()).collect();
        assert_eq!(types.len(), Kind::ALL.len());
        assert_eq!(
            Kind::OrderPlaced.type_name(),
            "com.crossdock.order.placed.v1"
        );
        for kind in Kind::ALL {
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'.' || byte == b'-';
            assert!(kind.suffix().bytes().all(plain), "{kind:?}");
            assert_eq!(kind.suffix().split('.').count(), 2, "{kind:?}");
        }
    }

    #[test]
    fn an_event_is_read_by_its_kind() {
        let data = PaymentVoided {
            order_id: OrderId(uuid::Uuid::nil()),
            amount: Money::new(9647, Currency::USD),
            reference: None,
        };
        assert_eq!(PaymentVoided::KIND, Kind::PaymentVoided);
        let body = serde_json::to_vec(&data).unwrap();
        let read = Event::read("PaymentVoided", &body).unwrap();
        assert_eq!(read.kind(), Kind::PaymentVoided);
        assert!(matches!(read, Event::PaymentVoided(read) if read == data));
        let wrong = Event::read("PaymentVoided", b"{}").unwrap_err();
        assert!(wrong.to_string().contains("orderId"), "{wrong}");
        let unknown = Event::read("PaymentLost", b"{}").unwrap_err();
        assert!(matches!(unknown, EventError::UnknownKind(_)));
    }

    #[test]
    fn a_reader_is_not_troubled_by_what_a_later_version_adds() {
        let body = br#"{"orderId":"00000000-0000-0000-0000-000000000000","later":1}"#;
        assert!(Event::read("OrderCompleted", body).is_ok());
    }
}
