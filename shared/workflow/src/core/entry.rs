//! What a journal holds: facts, as short JSON with a version.

use crate::define::ParkClass;
use bytes::Bytes;
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::Status;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

/// The version that this build writes; it reads this one and every earlier one.
const VERSION: u8 = 1;

/// One journal entry. `n` is a node's index in the pinned definition, `u` says that it is about its undo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// The instance begins with that state.
    #[serde(rename = "go")]
    Started {
        s: Box<RawValue>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trace: Option<Arc<str>>,
    },
    /// An attempt is about to be made; `k` counts the deliveries of its key, `isolated` says that nothing else is in flight.
    #[serde(rename = "try")]
    Attempt {
        n: usize,
        k: u32,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        u: bool,
        #[serde(default, rename = "alone", skip_serializing_if = "std::ops::Not::not")]
        isolated: bool,
    },
    /// The attempt succeeded with that result.
    #[serde(rename = "ok")]
    Done { n: usize, out: Box<RawValue> },
    /// An operator gives the result in its place.
    #[serde(rename = "hand")]
    ByHand {
        n: usize,
        out: Box<RawValue>,
        by: String,
        why: String,
    },
    /// A condition did not hold.
    #[serde(rename = "skip")]
    Skipped { n: usize },
    /// The business answered no.
    #[serde(rename = "no")]
    Refused { n: usize, r: Refusal },
    /// Another attempt at that time; `doubt` says whether an earlier one may have had its effect.
    #[serde(rename = "again")]
    Retry {
        n: usize,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        u: bool,
        due: i64,
        doubt: bool,
        /// Whether this very attempt may have had its effect: it was sent, and nobody knows what became of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        sent: bool,
        why: String,
    },
    /// A probe proved that nothing happened under the old key: a fresh one.
    #[serde(rename = "intent")]
    IntentRaised {
        n: usize,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        u: bool,
    },
    /// The process ended during the attempt.
    #[serde(rename = "lost")]
    AttemptLost {
        n: usize,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        u: bool,
    },
    /// The process stopped in order and cut the attempt short, or (not `begun`) it waits for a permit. No process died.
    #[serde(rename = "later")]
    Deferred {
        n: usize,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        u: bool,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        begun: bool,
    },
    /// The node waits for a person.
    #[serde(rename = "park")]
    Parked {
        n: usize,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        u: bool,
        class: ParkClass,
        code: String,
        why: String,
        next: String,
        doubt: bool,
    },
    /// A parked node goes on, because somebody or something resumed it.
    #[serde(rename = "resume")]
    Resumed {
        n: usize,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        u: bool,
        by: String,
        why: String,
    },
    /// A signal arrived; `late` if no wait can take it any more.
    #[serde(rename = "sig")]
    Signal {
        name: String,
        id: String,
        p: Box<RawValue>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// A wait took that signal.
    #[serde(rename = "got")]
    Taken { n: usize, id: String },
    /// A wait or a timer runs until then.
    #[serde(rename = "arm")]
    Armed { n: usize, due: i64 },
    /// Its time has come, and the workflow goes on.
    #[serde(rename = "fire")]
    Fired { n: usize },
    /// From here on everything is undone.
    #[serde(rename = "back")]
    Backward {
        r: Refusal,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// The node's effect is taken back.
    #[serde(rename = "undone")]
    Undone {
        n: usize,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// The instance is over, with that status.
    #[serde(rename = "end")]
    Ended { status: Status },
}

/// A journal entry with its time, as stored: `[version, milliseconds, {tag: …}]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row(u8, i64, Entry);

impl Row {
    pub(crate) fn encode(at: Timestamp, entry: &Entry) -> Result<Bytes, serde_json::Error> {
        serde_json::to_vec(&(VERSION, at.as_millisecond(), entry)).map(Bytes::from)
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<(Timestamp, Entry), serde_json::Error> {
        let Self(version, at, entry) = serde_json::from_slice(bytes)?;
        let broken = <serde_json::Error as serde::de::Error>::custom;
        if version > VERSION {
            let what = format!("journal version {version} is newer than this build's {VERSION}");
            return Err(broken(what));
        }
        let at = Timestamp::from_millisecond(at).map_err(|error| broken(error.to_string()))?;
        Ok((at, entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_short_and_survives_a_round_trip() {
        let at = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
        let out = RawValue::from_string(r#"{"ref":"R-1"}"#.into()).unwrap();
        let bytes = Row::encode(at, &Entry::Done { n: 3, out }).unwrap();
        let text = r#"[1,1700000000123,{"ok":{"n":3,"out":{"ref":"R-1"}}}]"#;
        assert_eq!(std::str::from_utf8(&bytes).unwrap(), text);
        let (read, entry) = Row::decode(&bytes).unwrap();
        assert_eq!(read, at);
        assert!(matches!(entry, Entry::Done { n: 3, out } if out.get() == r#"{"ref":"R-1"}"#));
    }

    #[test]
    fn an_attempt_that_was_journaled_before_any_ran_isolated_ran_beside_others() {
        let (_, entry) = Row::decode(br#"[1,0,{"try":{"n":3,"k":2,"u":true}}]"#).unwrap();
        assert!(matches!(
            entry,
            Entry::Attempt {
                n: 3,
                k: 2,
                u: true,
                isolated: false
            }
        ));
    }

    #[test]
    fn a_journal_of_a_newer_version_is_refused_by_name() {
        let error = Row::decode(br#"[9,0,{"skip":{"n":0}}]"#).unwrap_err();
        assert!(error.to_string().contains("version 9"));
    }
}
