//! Identities: time-ordered ids of our own, references into the retailer's systems.

use crate::{ConnectorName, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::from_str(text).map(Self)
            }
        }
    };
}

uuid_id! {
    /// An order, from RECEIVED on.
    OrderId
}
uuid_id! {
    /// A return of units of one order.
    ReturnId
}
uuid_id! {
    /// A cancellation of units of one order.
    CancellationId
}
uuid_id! {
    /// One run of a workflow.
    InstanceId
}
uuid_id! {
    /// An event (the `id` of its envelope).
    EventId
}

/// How another system knows a thing of ours; unique per (connector, kind, value).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalRef {
    /// The connector instance that answered, `erp-finance`.
    pub system: ConnectorName,
    /// What it is there, `invoice`.
    pub kind: String,
    /// Its number or id there.
    pub value: String,
}

/// The one source of `UUIDv7` ids (RFC 9562): ordered by time, and repeatable from a seed in tests.
#[derive(Debug)]
pub struct Ids(Mutex<Source>);

#[derive(Debug)]
struct Source {
    state: u64,
    last_ms: u64,
    counter: u16,
}

impl Ids {
    /// Ids from the operating system's randomness.
    pub fn random() -> Self {
        let mut seed = [0u8; 8];
        // A machine without randomness still gets unique ids: time and counter differ.
        if aws_lc_rs::rand::fill(&mut seed).is_err() {
            seed = [0x5a; 8];
        }
        Self::seeded(u64::from_le_bytes(seed))
    }

    /// The same sequence for the same seed and the same times.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(Source {
            state: seed,
            last_ms: 0,
            counter: 0,
        }))
    }

    /// The next id at that time, greater than every earlier one of this source.
    pub fn next(&self, now: Timestamp) -> Uuid {
        let mut source = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let ms = u64::try_from(now.as_millisecond()).unwrap_or(0);
        if ms > source.last_ms {
            source.last_ms = ms;
            source.counter = 0;
        } else if source.counter == 0x0fff {
            source.last_ms += 1;
            source.counter = 0;
        } else {
            source.counter += 1;
        }
        source.state = source.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let random = mix(source.state).to_be_bytes();
        let counter = source.counter.to_be_bytes();
        let mut tail = [0u8; 10];
        tail[..2].copy_from_slice(&counter);
        tail[2..].copy_from_slice(&random);
        uuid::Builder::from_unix_timestamp_millis(source.last_ms, &tail).into_uuid()
    }
}

/// The finaliser of splitmix64: turns a counter into well-spread bits.
fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_millisecond_still_rise() {
        let ids = Ids::seeded(7);
        let now = Timestamp::from_millisecond(1_700_000_000_000).unwrap();
        let drawn: Vec<Uuid> = (0..10_000).map(|_| ids.next(now)).collect();
        assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(drawn[0].get_version_num(), 7);
    }

    #[test]
    fn the_same_seed_draws_the_same_ids() {
        let now = Timestamp::from_millisecond(1_700_000_000_000).unwrap();
        assert_eq!(Ids::seeded(1).next(now), Ids::seeded(1).next(now));
    }
}
