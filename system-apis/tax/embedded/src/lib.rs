//! The embedded tax backend with its own books.
