//! The one crypto library for tokens.

/// Chooses the crypto library; may be called any number of times.
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
