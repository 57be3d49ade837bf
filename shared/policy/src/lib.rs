//! Inbound policies: what stands between the wire and a handler, one policy a file.
//!
//! [`protect`] puts an API behind its tier's policies; `stack.rs` is the only ordered list of them.

mod access;
mod addresses;
mod authenticate;
mod authorise;
mod body;
mod cards;
mod compression;
mod content;
mod contract;
mod correlation;
mod cors;
mod crypto;
mod deadline;
mod exchange;
mod extract;
mod facts;
mod idempotency;
mod issuer;
mod limiter;
mod network;
mod operation;
mod panics;
mod policy;
mod rate;

mod refusals;
mod replay;
mod schema;
mod settings;
mod shared;
mod spans;
mod stack;
mod tier;
mod validate;
mod verify;

pub use contract::SetupError;
pub use crypto::install_crypto;
pub use extract::{CallerKey, RequestCause};
pub use issuer::{
    Consumer, ConsumerDirectory, Consumers, Denied, Issuer, IssuerError, IssuerSettings, Role,
    Roles, SubjectKind, Token, TrustedIssuer,
};
pub use operation::{Operation, Permission};
pub use refusals::Refusals;
pub use settings::{
    LimitSettings, Override, PolicySettings, Profile, PublicPolicy, TierPolicy, WebOrigin,
};
pub use shared::{Shared, SharedParts};
pub use stack::{nothing_here, open, protect};
pub use verify::Verifier;
