//! What holds of the tree as a whole: who imports whom, what a file may be, what the documents name.

mod circles;
mod contracts;
mod documents;
mod events;
mod files;
mod glossary;
mod imports;
mod manifests;
mod source;
mod tree;

/// Ends a test with everything that breaks its rule, one line each.
#[track_caller]
fn nothing_breaks(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}\n  {}\n", broken.join("\n  "));
}
