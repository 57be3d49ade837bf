//! A definition as data: what is hashed, kept, drawn, and walked by the core.

use crate::define::{OnDeadline, StoredRetry};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

/// A workflow without its code: nodes and how they follow one another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The name under which the workflow is registered.
    pub name: String,
    /// Every node; chains refer to them by index.
    pub nodes: Vec<Node>,
    /// The main chain, as indices of nodes in their order.
    pub root: Vec<usize>,
}

/// One node: a step, a read, the pivot, a wait, a timer, or legs side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Unique in its definition.
    pub id: String,
    /// The code it binds to, `name@major`.
    pub code: String,
    /// The kind of node, with what only that kind has.
    pub kind: Kind,
    /// The names of the conditions that must hold, or it is skipped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<String>,
    /// The node to run instead when this one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub or: Option<usize>,
    /// How it is repeated; steps only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<StoredRetry>,
}

/// The kind of a node: what the engine does when it is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Kind {
    /// An outward effect, repeated until its outcome is known.
    Step {
        /// Whether it can be taken back.
        undo: Undo,
    },
    /// An outward read; only its result is journaled.
    Read,
    /// The point of no return.
    Pivot,
    /// A signal from outside, waited for until a deadline.
    Wait {
        /// The deadline of the wait in milliseconds, from when it is reached.
        deadline_ms: u64,
        /// What happens at the deadline.
        on_deadline: OnDeadline,
    },
    /// A pause whose length is computed when it is reached.
    Timer,
    /// Legs that run in parallel.
    All {
        /// The chains that run side by side, in reading order.
        legs: Vec<Leg>,
    },
}

/// Whether a step can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "can", rename_all = "kebab-case")]
pub enum Undo {
    /// It is taken back by its own undo.
    Reversible,
    /// It stands before the pivot and needs none.
    Needless {
        /// The author's reason, for whoever reads the definition.
        why: String,
    },
    /// It stands after the pivot, where nothing is undone.
    Forward,
}

/// One of several chains side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The name by which drawings show the leg.
    pub name: String,
    /// Its nodes, as indices in their order.
    pub chain: Vec<usize>,
}

impl Definition {
    /// The index of the node with that id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.id == id)
    }

    pub(crate) fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    /// SHA-256 over the canonical JSON, never over code: structs write their members in one fixed order, and no map is in it.
    pub(crate) fn hash(&self) -> Result<String, serde_json::Error> {
        let canonical = serde_json::to_vec(self)?;
        Ok(HEXLOWER.encode(digest(&SHA256, &canonical).as_ref()))
    }

    /// Every boundary at which a process may die, as `workflow/node/boundary`.
    ///
    /// A step has four, its undo the same four as `node:undo`; a read has no intent to journal;
    /// a pivot, a wait and a timer happen in one append, so they have one before and one after it.
    pub fn crash_points(&self) -> Vec<String> {
        let mut points = Vec::new();
        for node in &self.nodes {
            let mut add = |id: &str, boundaries: &[&str]| {
                points.extend(
                    boundaries
                        .iter()
                        .map(|at| format!("{}/{id}/{at}", self.name)),
                );
            };
            let all = [
                "before-intent",
                "after-intent",
                "after-effect",
                "after-outcome",
            ];
            match &node.kind {
                Kind::Step { undo } => {
                    add(&node.id, &all);
                    if *undo == Undo::Reversible {
                        add(&format!("{}:undo", node.id), &all);
                    }
                }
                Kind::Read => add(&node.id, &["after-effect", "after-outcome"]),
                Kind::Pivot | Kind::Wait { .. } | Kind::Timer => {
                    add(&node.id, &["before-intent", "after-outcome"]);
                }
                Kind::All { .. } => {}
            }
        }
        points
    }
}

impl Node {
    /// Whether it is taken back when the workflow goes backward.
    pub(crate) fn is_reversible(&self) -> bool {
        self.kind
            == Kind::Step {
                undo: Undo::Reversible,
            }
    }

    /// Whether an attempt is journaled before it is made.
    pub(crate) fn has_effect(&self) -> bool {
        matches!(self.kind, Kind::Step { .. })
    }
}
