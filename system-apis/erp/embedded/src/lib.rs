//! The embedded erp backend with its own books.
