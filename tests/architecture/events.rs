//! The catalogue of events: each is reported by somebody, and acted on unless it says that it only tells.

use super::nothing_breaks;
use super::tree::{File, files};
use crossdock_model::event::Kind;

/// The parts of the tree that report events and act on them, without what only tests see.
fn product() -> Vec<File> {
    let apis = ["system-apis/", "process-apis/", "shared/desk/"];
    let tests = ["tests.rs", "testing.rs", "fixture.rs"];
    let mut product = files(".rs");
    product.retain(|file| {
        apis.iter().any(|folder| file.path.starts_with(folder))
            && !tests.iter().any(|end| file.path.ends_with(end))
            && !file.path.contains("/conformance")
    });
    for file in &mut product {
        let tests = file.text.find("#[cfg(test)]\nmod tests {");
        file.text.truncate(tests.unwrap_or(file.text.len()));
    }
    product
}

/// Whether the text has one of the phrases, as whole words.
fn says(files: &[File], phrases: &[String]) -> bool {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    files.iter().any(|file| {
        phrases.iter().any(|phrase| {
            let parts: Vec<&str> = file.text.split(phrase.as_str()).collect();
            // What stands before each place where the phrase is.
            let (_behind, before) = parts.split_last().unwrap();
            before.iter().any(|part| !part.ends_with(is_name))
        })
    })
}

#[test]
fn every_event_is_reported_by_somebody() {
    let product = product();
    let silent = Kind::ALL.iter().filter(|kind| {
        // As a value, or by the macro that an API makes its values with.
        let made = [format!("{kind} {{"), format!("event!({kind}")];
        !says(&product, &made)
    });
    let silent: Vec<String> = silent.map(ToString::to_string).collect();
    nothing_breaks("events that nobody reports are no events", &silent);
}

#[test]
fn every_event_is_acted_on_or_says_that_it_only_tells() {
    let product = product();
    let mut wrong = Vec::new();
    for kind in Kind::ALL {
        let acted_on = says(&product, &[format!("Event::{kind}(")]);
        match (acted_on, kind.is_informational()) {
            (false, false) => wrong.push(format!(
                "{kind}: no handler reads it, and it does not say that it is informational"
            )),
            (true, true) => wrong.push(format!("{kind}: a handler reads it: not informational")),
            (true, false) | (false, true) => {}
        }
    }
    nothing_breaks("what is reported is acted on, or only tells", &wrong);
}

#[test]
fn a_workflow_that_an_event_starts_begins_with_its_pivot() {
    let product = product();
    let starts = product.iter().filter(|file| {
        file.path.ends_with("/subscription.rs")
            && ["StartRequest {", "FactStart {"]
                .iter()
                .any(|start| file.text.contains(start))
    });
    let mut seen = 0;
    let mut wrong = Vec::new();
    for file in starts {
        seen += 1;
        let definition = file.path.replace("subscription.rs", "mod.rs");
        let begins = product
            .iter()
            .any(|other| other.path == definition && other.text.contains("on_fact::<"));
        if !begins {
            wrong.push(format!("{definition}: begin it with `on_fact`"));
        }
    }
    assert!(
        seen >= 3,
        "only {seen} subscriptions start workflows: look for them elsewhere"
    );
    nothing_breaks("a fact cannot be refused", &wrong);
}
