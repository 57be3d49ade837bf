//! The embedded payment backend with its own books.
