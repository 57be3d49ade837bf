//! A definition that is checked, with its code: what an engine runs.

use crate::code::Resolve;
use crate::define::Definition;
use std::fmt;
use std::sync::Arc;

/// A checked workflow: its definition, and the code that its nodes bind to.
#[derive(Clone)]
pub struct Workflow {
    pub(crate) hash: Arc<str>,
    pub(crate) definition: Arc<Definition>,
    pub(crate) code: Arc<dyn Resolve>,
}

impl Workflow {
    /// The name under which it is started and its instances are found.
    pub fn name(&self) -> &str {
        &self.definition.name
    }

    /// The definition as data; instances are pinned to its hash.
    pub fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The SHA-256 of the definition, to which every instance is pinned.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The definition as a Mermaid flowchart.
    pub fn drawing(&self) -> String {
        crate::define::draw(&self.definition)
    }

    /// Every boundary at which a process may die, as `workflow/node/boundary`.
    pub fn crash_points(&self) -> Vec<String> {
        self.definition.crash_points()
    }
}

impl fmt::Debug for Workflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workflow")
            .field("name", &self.name())
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}
