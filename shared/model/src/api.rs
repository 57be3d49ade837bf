//! Which API of which tier: the names that routes, tokens, feeds and policies agree on.

use std::fmt;

/// One of the three tiers; calls go down only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// One API per system of record: every backend is safe to call twice.
    System,
    /// One API per business process: every promise is kept.
    Process,
    /// One API per channel: every channel sees the same truth.
    Experience,
}

impl Tier {
    /// The tier as paths and settings write it, `system`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Process => "process",
            Self::Experience => "experience",
        }
    }
}

/// An API by tier and name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ApiId {
    /// The tier it belongs to, which decides its listener and its path.
    pub tier: Tier,
    /// Its name within the tier, `erp`.
    pub name: &'static str,
}

impl ApiId {
    /// The id of a system API, such as `erp`.
    pub const fn system(name: &'static str) -> Self {
        Self {
            tier: Tier::System,
            name,
        }
    }

    /// The id of a process API, such as `order`.
    pub const fn process(name: &'static str) -> Self {
        Self {
            tier: Tier::Process,
            name,
        }
    }

    /// The id of an experience API, such as `ecommerce`.
    pub const fn experience(name: &'static str) -> Self {
        Self {
            tier: Tier::Experience,
            name,
        }
    }

    /// Where it is served: `/system/erp/v1`, `/process/order/v1`, `/ecommerce/v1`.
    pub fn base(self) -> String {
        match self.tier {
            Tier::Experience => format!("/{}/v1", self.name),
            Tier::System | Tier::Process => format!("/{}/{}/v1", self.tier.as_str(), self.name),
        }
    }
}

impl fmt::Display for ApiId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tier.as_str(), self.name)
    }
}

impl fmt::Debug for ApiId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
