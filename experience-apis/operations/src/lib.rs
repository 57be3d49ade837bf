//! The operations channel's view.
