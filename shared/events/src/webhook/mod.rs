//! Webhooks between systems: Standard Webhooks signatures, made and checked.

mod secret;
mod verify;

pub use secret::{ID, SIGNATURE, Secret, SecretError, TIMESTAMP};
pub use verify::{Verified, Verifier, WebhookError};
