//! An instance in memory: the fold of its journal.

use crate::code::{AnyState, CodeError};
use crate::core::Code;
use crate::define::{Definition, Kind, Parked};
use bytes::Bytes;
use crossdock_model::{Refusal, Timestamp};
use crossdock_store::Status;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;

/// The status of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NodeStatus {
    Idle,
    Running,
    Backoff,
    Waiting,
    Parked,
    Done,
    Skipped,
    Refused,
    UndoRunning,
    UndoBackoff,
    UndoParked,
    Undone,
}

/// A node's part of the instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NodeState {
    #[serde(rename = "st")]
    pub(crate) status: NodeStatus,
    /// Attempts since the start, the undo's start or the last resume, without those that the process did not survive.
    pub(crate) tries: u32,
    /// Deliveries under the current key.
    pub(crate) sent: u32,
    pub(crate) intent: u32,
    /// Whether a delivery under the current key may have had its effect.
    pub(crate) doubt: bool,
    /// Process deaths during an attempt.
    pub(crate) deaths: u16,
    /// Those of them since an attempt last brought an outcome, or an operator resumed it.
    #[serde(default, rename = "lost")]
    pub(crate) consecutive_deaths: u16,
    /// Whether the last attempt ran isolated.
    #[serde(default, rename = "alone")]
    pub(crate) isolated: bool,
    pub(crate) first_sent: Timestamp,
    /// When it was last known to be under way with its outcome unknown: it may arrive at the backend after that.
    #[serde(default)]
    pub(crate) last_sent: Timestamp,
    pub(crate) due: Option<Timestamp>,
    /// Why it last did not succeed.
    pub(crate) note: Option<Arc<str>>,
    pub(crate) parked: Option<Arc<Parked>>,
}

impl NodeState {
    const FRESH: Self = Self {
        status: NodeStatus::Idle,
        tries: 0,
        sent: 0,
        intent: 0,
        doubt: false,
        deaths: 0,
        consecutive_deaths: 0,
        isolated: false,
        first_sent: Timestamp::UNIX_EPOCH,
        last_sent: Timestamp::UNIX_EPOCH,
        due: None,
        note: None,
        parked: None,
    };

    /// Whether what follows it may go on.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.status, NodeStatus::Done | NodeStatus::Skipped)
    }

    /// The same node, about to be undone.
    pub(crate) fn for_undo(&self) -> Self {
        Self {
            first_sent: self.first_sent,
            ..Self::FRESH
        }
    }
}

/// Which way the instance goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Phase {
    New,
    Forward,
    Backward,
    Ended(Status),
}

/// A signal that no wait has taken yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EarlySignal {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) payload: Arc<RawValue>,
}

/// The fold of a journal.
#[derive(Clone)]
pub(crate) struct Instance {
    pub(crate) phase: Phase,
    pub(crate) nodes: Vec<NodeState>,
    pub(crate) state: AnyState,
    pub(crate) pivoted: bool,
    /// Why it compensates.
    pub(crate) refusal: Option<Arc<Refusal>>,
    pub(crate) cancelled: bool,
    pub(crate) early: Vec<EarlySignal>,
    /// Names and ids of the signals that arrived.
    pub(crate) seen: Vec<(String, String)>,
    pub(crate) trace: Option<Arc<str>>,
}

#[derive(Serialize, Deserialize)]
struct Snapshot {
    v: u8,
    phase: Phase,
    nodes: Vec<NodeState>,
    state: Box<RawValue>,
    pivoted: bool,
    refusal: Option<Arc<Refusal>>,
    cancelled: bool,
    early: Vec<EarlySignal>,
    seen: Vec<(String, String)>,
    trace: Option<Arc<str>>,
}

impl Instance {
    /// An instance before its first entry.
    pub(crate) fn new(definition: &Definition) -> Self {
        Self {
            phase: Phase::New,
            nodes: vec![NodeState::FRESH; definition.nodes.len()],
            state: Arc::new(()),
            pivoted: false,
            refusal: None,
            cancelled: false,
            early: Vec::new(),
            seen: Vec::new(),
            trace: None,
        }
    }

    /// What is stored when it goes idle; `state` is its state as JSON.
    pub(crate) fn snapshot(&self, state: Box<RawValue>) -> Result<Bytes, serde_json::Error> {
        let snapshot = Snapshot {
            v: 1,
            phase: self.phase,
            nodes: self.nodes.clone(),
            state,
            pivoted: self.pivoted,
            refusal: self.refusal.clone(),
            cancelled: self.cancelled,
            early: self.early.clone(),
            seen: self.seen.clone(),
            trace: self.trace.clone(),
        };
        serde_json::to_vec(&snapshot).map(Bytes::from)
    }

    /// The instance that a snapshot was taken of.
    pub(crate) fn restore(snapshot: &[u8], code: &dyn Code) -> Result<Self, CodeError> {
        let unreadable = |why: serde_json::Error| CodeError::Unreadable {
            what: "the snapshot",
            why: why.to_string(),
        };
        let stored: Snapshot = serde_json::from_slice(snapshot).map_err(unreadable)?;
        if stored.v > 1 {
            let why = format!("version {} is newer than this build's", stored.v);
            return Err(CodeError::Unreadable {
                what: "the snapshot",
                why,
            });
        }
        Ok(Self {
            phase: stored.phase,
            nodes: stored.nodes,
            state: code.decode(&stored.state)?,
            pivoted: stored.pivoted,
            refusal: stored.refusal,
            cancelled: stored.cancelled,
            early: stored.early,
            seen: stored.seen,
            trace: stored.trace,
        })
    }

    pub(crate) fn node(&self, n: usize) -> &NodeState {
        self.nodes.get(n).unwrap_or(&NodeState::FRESH)
    }

    /// The nodes that can be worked on now, in reading order, and whether nothing is left of the whole.
    pub(crate) fn frontier(&self, definition: &Definition) -> (Vec<usize>, bool) {
        let mut open = Vec::new();
        let done = self.walk(definition, &definition.root, &mut open);
        (open, done)
    }

    fn walk(&self, definition: &Definition, chain: &[usize], open: &mut Vec<usize>) -> bool {
        chain.iter().all(|&n| self.visit(definition, n, open))
    }

    fn visit(&self, definition: &Definition, n: usize, open: &mut Vec<usize>) -> bool {
        let Some(node) = definition.node(n) else {
            return false;
        };
        if let Kind::All { legs } = &node.kind {
            let mut done = true;
            for leg in legs {
                done &= self.walk(definition, &leg.chain, open);
            }
            return done;
        }
        let node_state = self.node(n);
        match node.or {
            Some(other) if node_state.status == NodeStatus::Refused => {
                self.visit(definition, other, open)
            }
            Some(_) | None => {
                let settled = node_state.is_settled();
                if !settled {
                    open.push(n);
                }
                settled
            }
        }
    }

    /// Whether a wait of that name could still take a signal.
    pub(crate) fn expects(&self, definition: &Definition, name: &str) -> bool {
        self.phase == Phase::Forward
            && definition
                .nodes
                .iter()
                .zip(&self.nodes)
                .any(|(node, node_state)| {
                    node.id == name
                        && matches!(node.kind, Kind::Wait { .. })
                        && matches!(
                            node_state.status,
                            NodeStatus::Idle | NodeStatus::Waiting | NodeStatus::Parked
                        )
                })
    }

    /// Everything that waits for a person.
    pub(crate) fn parked(&self) -> impl Iterator<Item = &Arc<Parked>> {
        self.nodes.iter().filter_map(|node| node.parked.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_from_before_deaths_in_a_row_were_counted_suspects_nobody() {
        let stored = r#"{"st":"backoff","tries":3,"sent":2,"intent":0,"doubt":true,"deaths":2,
            "first_sent":"2026-03-02T10:00:00Z","due":null,"note":null,"parked":null}"#;
        let node: NodeState = serde_json::from_str(stored).unwrap();
        assert_eq!(
            (node.deaths, node.consecutive_deaths, node.isolated),
            (2, 0, false)
        );
    }
}
