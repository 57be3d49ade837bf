//! The embedded loyalty backend with its own books.
