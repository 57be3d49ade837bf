//! What decides which standard parts an operation has.

use crate::declaration::{Declaration, Idempotency, Security};
use crossdock_model::Tier;

/// An operation as the policies of its tier see it.
pub(super) struct PolicyView {
    pub(super) tier: Tier,
    pub(super) declaration: Declaration,
    /// Whether its path names one of many.
    pub(super) names_one: bool,
    pub(super) reads_body: bool,
}

impl PolicyView {
    /// Whether a caller is asked who it is: between tiers always.
    pub(super) fn authenticates(&self) -> bool {
        !self.at_border() || self.declaration.security != Security::Public
    }

    /// Whether anybody may reach it, not only the tier above.
    pub(super) fn at_border(&self) -> bool {
        self.tier == Tier::Experience
    }

    /// Whether a call counts against the limits of its consumer.
    pub(super) fn is_limited(&self) -> bool {
        self.at_border() && self.authenticates()
    }

    /// Whether it takes the caller's key.
    pub(super) fn is_keyed(&self) -> bool {
        self.declaration.idempotency == Idempotency::CallerKey
    }
}
