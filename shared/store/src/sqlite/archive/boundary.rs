//! Where a test lets the process die between two steps.

/// A step is done, and the next not begun.
pub(super) fn boundary() {
    #[cfg(feature = "crash-points")]
    crate::crash::hit(crate::crash::CrashPoint::Archive);
}
