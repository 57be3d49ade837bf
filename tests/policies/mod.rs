//! What stands between the wire and a handler, as a caller meets it.

mod bad_input;
