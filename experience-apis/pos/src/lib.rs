//! The pos channel's view.
