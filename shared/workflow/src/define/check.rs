//! What the types cannot refuse: definitions that could not be read back, or ask for the impossible.

use crate::define::{Definition, Kind, OnDeadline};
use std::collections::HashSet;

/// Why a definition cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Journals could not tell the two apart.
    #[error("workflow {workflow} has two nodes named {node}: give one of them `.named(\"…\")`")]
    Duplicate {
        /// The name of the workflow at fault.
        workflow: String,
        /// The node id that stands twice.
        node: String,
    },
    /// A deadline that asks for the impossible.
    #[error(
        "workflow {workflow}: the wait {node} stands after the pivot, where nothing is undone: let it park or proceed"
    )]
    UndoAfterPivot {
        /// The name of the workflow at fault.
        workflow: String,
        /// The node id of the wait.
        node: String,
    },
    /// There is nothing to do.
    #[error("workflow {workflow} has a chain without a node: leave it out")]
    Empty {
        /// The name of the workflow at fault.
        workflow: String,
    },
    /// The definition cannot be serialised, and so not hashed.
    #[error("workflow {workflow} cannot be written down: {why}")]
    Unwritable {
        /// The name of the workflow at fault.
        workflow: String,
        /// What the JSON writer said.
        why: String,
    },
}

pub(crate) fn check(definition: &Definition) -> Result<(), DefinitionError> {
    let workflow = || definition.name.clone();
    let mut seen = HashSet::new();
    if definition.root.is_empty() {
        return Err(DefinitionError::Empty {
            workflow: workflow(),
        });
    }
    for node in &definition.nodes {
        if !seen.insert(&node.id) {
            return Err(DefinitionError::Duplicate {
                workflow: workflow(),
                node: node.id.clone(),
            });
        }
        if let Kind::All { legs } = &node.kind
            && (legs.is_empty() || legs.iter().any(|leg| leg.chain.is_empty()))
        {
            return Err(DefinitionError::Empty {
                workflow: workflow(),
            });
        }
    }
    let is_pivot = |index: &&usize| {
        definition
            .node(**index)
            .is_some_and(|node| node.kind == Kind::Pivot)
    };
    let Some(pivot) = definition.root.iter().find(is_pivot) else {
        return Ok(());
    };
    // Nodes are numbered in reading order, so what stands after the pivot has a higher number.
    let late = definition.nodes.iter().skip(*pivot).find(|node| {
        matches!(
            node.kind,
            Kind::Wait {
                on_deadline: OnDeadline::Undo,
                ..
            }
        )
    });
    match late {
        Some(node) => Err(DefinitionError::UndoAfterPivot {
            workflow: workflow(),
            node: node.id.clone(),
        }),
        None => Ok(()),
    }
}
