//! A definition with its code bound: what an instance is pinned to.

use crate::build::Workflow;
use crate::code::BoundCode;
use crate::define::Definition;
use std::fmt;
use std::sync::Arc;

/// A definition with the code of its nodes: what an instance is pinned to.
pub(crate) struct Plan {
    pub(crate) name: Arc<str>,
    pub(crate) hash: Arc<str>,
    pub(crate) definition: Arc<Definition>,
    pub(crate) code: Arc<dyn BoundCode>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan({} {})", self.name, self.hash)
    }
}

/// A workflow with its code bound.
pub(crate) struct Registered {
    pub(crate) workflow: Workflow,
    pub(crate) plan: Arc<Plan>,
}
