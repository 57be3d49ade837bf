//! The embedded customer backend with its own books.
