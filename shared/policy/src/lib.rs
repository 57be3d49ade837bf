//! Inbound policies: what stands between the wire and a handler, one policy a file.
//!
//! [`protect`] puts an API behind its tier's policies; `stack.rs` is the only ordered list of them.

mod access;
mod addresses;
mod authenticate;
mod authorise;
mod body;
mod cards;
mod content;
mod contract;
mod correlation;
mod deadline;
mod extract;
mod gate;
mod idempotency;
mod issuer;
mod limiter;
mod operation;
mod parameters;
mod rate;
mod refusals;
mod schema;
mod service;
mod settings;
mod shared;
mod stack;
mod tier;
mod verify;

pub use contract::SetupError;
pub use extract::{CallerKey, Caused};
pub use issuer::{
    Consumer, ConsumerDirectory, Consumers, Denied, Issuer, IssuerError, IssuerSettings, Role,
    Roles, SubjectKind, Token, TrustedIssuer,
};
pub use operation::{Operation, Permission};
pub use refusals::Refusals;
pub use settings::{LimitSettings, Override, PolicySettings, Profile, TierPolicy};
pub use shared::{Shared, SharedParts};
pub use stack::{nothing_here, open, protect};
pub use verify::Verifier;

/// Chooses the one crypto library for tokens; may be called any number of times.
///
/// A process that links two of them would otherwise panic at its first signature.
pub fn install_crypto() {
    if jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER
        .install_default()
        .is_err()
    {
        tracing::trace!("the crypto library was chosen before");
    }
}
