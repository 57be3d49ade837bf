//! The embedded oms backend with its own books.
