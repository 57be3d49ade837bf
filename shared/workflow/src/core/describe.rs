//! A journal entry in words, for people.

use crate::core::Entry;
use crossdock_model::Timestamp;

impl Entry {
    /// The node it is about.
    pub(crate) fn node(&self) -> Option<usize> {
        match self {
            Self::Attempt { n, .. }
            | Self::Done { n, .. }
            | Self::ByHand { n, .. }
            | Self::Skipped { n }
            | Self::Refused { n, .. }
            | Self::Retry { n, .. }
            | Self::IntentRaised { n, .. }
            | Self::AttemptLost { n, .. }
            | Self::Deferred { n, .. }
            | Self::Parked { n, .. }
            | Self::Resumed { n, .. }
            | Self::Taken { n, .. }
            | Self::Armed { n, .. }
            | Self::Fired { n }
            | Self::Undone { n, .. } => Some(*n),
            Self::Started { .. }
            | Self::Signal { .. }
            | Self::Backward { .. }
            | Self::Ended { .. } => None,
        }
    }

    /// What happened, in a word or two.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Attempt { u: false, .. } => "attempted",
            Self::Attempt { u: true, .. } => "undo attempted",
            Self::Done { .. } => "done",
            Self::ByHand { .. } => "skipped by hand",
            Self::Skipped { .. } => "not needed",
            Self::Refused { .. } => "refused",
            Self::Retry { u: false, .. } => "to be retried",
            Self::Retry { u: true, .. } => "undo to be retried",
            Self::IntentRaised { .. } => "new key",
            Self::AttemptLost { .. } => "lost",
            Self::Deferred { .. } => "deferred",
            Self::Parked { u: false, .. } => "parked",
            Self::Parked { u: true, .. } => "undo parked",
            Self::Resumed { .. } => "resumed",
            Self::Signal { late: false, .. } => "signal",
            Self::Signal { late: true, .. } => "late signal",
            Self::Taken { .. } => "signal taken",
            Self::Armed { .. } => "waits",
            Self::Fired { .. } => "time has come",
            Self::Backward { .. } => "undoing everything",
            Self::Undone { .. } => "undone",
            Self::Ended { .. } => "ended",
        }
    }

    /// The values it happened with; empty where there are none.
    pub(crate) fn detail(&self) -> String {
        match self {
            Self::Attempt { k, isolated, .. } => {
                let isolated = if *isolated {
                    ", nothing else under way"
                } else {
                    ""
                };
                format!("delivery {k}{isolated}")
            }
            Self::Done { out, .. } => out.get().to_owned(),
            Self::ByHand { out, by, why, .. } => format!("{by}: {why}; output {}", out.get()),
            Self::Refused { r, .. } | Self::Backward { r, by: None } => r.to_string(),
            Self::Retry {
                due, doubt, why, ..
            } => {
                let doubt = if *doubt { "outcome unknown; " } else { "" };
                format!("{doubt}{why}; not before {}", time(*due))
            }
            Self::IntentRaised { .. } => "a probe proved that nothing had happened".to_owned(),
            Self::AttemptLost { .. } => "the process ended during the attempt".to_owned(),
            Self::Deferred { begun: true, .. } => {
                "the process stopped during the attempt".to_owned()
            }
            Self::Parked {
                class, code, why, ..
            } => format!("{class:?} {code}: {why}"),
            Self::Resumed { by, why, .. } => format!("{by}: {why}"),
            Self::Signal { name, id, .. } => format!("{name} {id}"),
            Self::Taken { id, .. } => id.clone(),
            Self::Armed { due, .. } => format!("until {}", time(*due)),
            Self::Backward { r, by: Some(by) } => format!("{by}: {r}"),
            Self::Undone { by: Some(by), .. } => format!("by hand: {by}"),
            Self::Ended { status } => format!("{status:?}"),
            Self::Started { .. }
            | Self::Skipped { .. }
            | Self::Deferred { begun: false, .. }
            | Self::Fired { .. }
            | Self::Undone { by: None, .. } => String::new(),
        }
    }
}

fn time(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| "ever".to_owned(), |at| at.to_string())
}
