//! The two streams: data to stdout, messages to stderr; a closed pipe ends nothing.

use serde::Serialize;
use serde_json::Value;
use std::io::Write as _;

/// Writes a line of data to stdout.
pub(crate) fn out(text: &str) {
    let mut stdout = std::io::stdout().lock();
    // Whoever read us may have gone, as `head` does: the rest is for nobody.
    drop(writeln!(stdout, "{text}").and_then(|()| stdout.flush()));
}

/// Writes a message for people as a line to stderr.
pub(crate) fn message(text: &str) {
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// Writes a value to stdout as JSON.
pub(crate) fn json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => out(&text),
        Err(error) => message(&format!("cannot be written as JSON: {error}")),
    }
}

/// Says how to go on where a list has more than its page shows.
pub(crate) fn more(page: &Value) {
    if let Some(next) = page.get("next").and_then(Value::as_str) {
        message(&format!("there are more: add --cursor {next}"));
    }
}

/// Rows under headings, each column as wide as its widest cell.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = headings
        .iter()
        .map(|heading| heading.chars().count())
        .collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    out(&line(&mut headings.iter().copied()));
    for row in rows {
        out(&line(&mut row.iter().map(String::as_str)));
    }
}
