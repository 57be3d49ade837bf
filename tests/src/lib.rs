//! The integration tests' package; the tests are in `main.rs` beside this folder.
