//! What the documents name is there: no path in them leads nowhere.

use super::nothing_breaks;
use super::tree::{File, files, root};

const TOPS: &[&str] = &[
    "shared/",
    "system-apis/",
    "process-apis/",
    "experience-apis/",
    "config/",
    "tests/",
    "openapi/",
    ".ci/",
];

/// What a decision is made of.
const PARTS: &[&str] = &["## Context", "## Decision", "## Consequences"];

/// The paths that a document names in backticks; those with a placeholder stand for many.
fn named(document: &File) -> impl Iterator<Item = &str> {
    let spans = document.text.split('`').skip(1).step_by(2);
    let paths = spans.filter(|span| TOPS.iter().any(|top| span.starts_with(top)));
    paths.filter(|path| !path.contains(['<', '{', '*', ' ', '\n', '…']))
}

#[test]
fn every_path_in_the_documents_leads_somewhere() {
    let documents = files(".md");
    assert!(
        documents.len() >= 5,
        "the documents are not where they were"
    );
    let missing = documents.iter().flat_map(|document| {
        let gone = named(document).filter(|path| !root().join(path).exists());
        gone.map(|path| format!("{} names {path}", document.path))
    });
    nothing_breaks(
        "a document names only what is there",
        &missing.collect::<Vec<_>>(),
    );
}

#[test]
fn every_decision_says_its_context_its_choice_and_its_price() {
    let decisions = files(".md");
    let decisions = decisions
        .iter()
        .filter(|document| document.path.starts_with("shared/docs/adr/"));
    let broken = decisions.flat_map(|decision| {
        let missing = PARTS.iter().filter(|part| !decision.text.contains(**part));
        missing.map(|part| format!("{} has no {part}", decision.path))
    });
    nothing_breaks(
        "a decision has context, decision and consequences",
        &broken.collect::<Vec<_>>(),
    );
}
