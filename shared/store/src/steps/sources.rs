//! The statements that stand in source files, so that a test of all of them cannot forget the next one.

use super::{Exceptions, Steps};
use std::path::Path;
use std::{fs, io};

/// The statements in the sources of a folder that were not measured; what a format fills in may be anything.
///
/// Files and folders of tests are left out, and so are parts of statements that do not begin with a verb.
pub fn unmeasured(
    folder: &Path,
    measured: &Steps,
    exceptions: Exceptions<'_>,
) -> io::Result<Vec<String>> {
    let measured: Vec<String> = measured.keys().map(|text| squeezed(text)).collect();
    let mut missing = Vec::new();
    for statement in statements(folder)? {
        let excepted = exceptions.iter().any(|(part, _)| statement.contains(part));
        let met = measured.iter().any(|text| is_met(&statement, text));
        if !met && !excepted {
            missing.push(statement);
        }
    }
    Ok(missing)
}

fn statements(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_test = name.ends_with("tests") || name.ends_with("tests.rs");
        if is_test {
            continue;
        }
        if path.is_dir() {
            found.extend(statements(&path)?);
        } else if name.ends_with(".rs") {
            let source = fs::read_to_string(&path)?;
            let code = source.split("#[cfg(test)]\nmod tests {").next();
            let literals = literals(code.unwrap_or_default()).into_iter();
            found.extend(
                literals
                    .map(|text| squeezed(&text))
                    .filter(|text| is_statement(text)),
            );
        }
    }
    Ok(found)
}

fn is_statement(text: &str) -> bool {
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "]
        .iter()
        .any(|verb| text.starts_with(verb))
}

/// The string literals of a source file, as the program sees them.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = source.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '/' if chars.peek() == Some(&'/') => {
                chars
                    .by_ref()
                    .take_while(|char| *char != '\n')
                    .for_each(drop);
            }
            // A quotation mark as a character is no beginning.
            '\'' if chars.peek() == Some(&'"') => drop(chars.next()),
            '"' => found.push(literal(&mut chars)),
            _ => {}
        }
    }
    found
}

/// The rest of a literal after its first quotation mark.
fn literal(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => match chars.next() {
                Some('\n') => while chars.next_if(|char| char.is_whitespace()).is_some() {},
                Some('n') => text.push('\n'),
                Some(escaped) => text.push(escaped),
                None => {}
            },
            char => text.push(char),
        }
    }
    text
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a measured statement holds the parts of this one in their order.
fn is_met(statement: &str, measured: &str) -> bool {
    let mut rest = measured;
    let fixed = statement.split('{').map(|part| part.split('}').next_back());
    for part in fixed.flatten().map(str::trim) {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_read_as_the_program_sees_it() {
        let source = r#"
            // "SELECT of a comment"
            let quote = '"';
            conn.prepare("SELECT a \
                FROM \"t\"
                WHERE b = ?1")
        "#;
        assert_eq!(
            literals(source)
                .iter()
                .map(|text| squeezed(text))
                .collect::<Vec<_>>(),
            ["SELECT a FROM \"t\" WHERE b = ?1"]
        );
    }

    #[test]
    fn what_a_format_fills_in_may_be_anything() {
        let statement = "SELECT {columns} FROM {table} WHERE a = ?1";
        assert!(is_met(
            statement,
            "SELECT a, b FROM captures WHERE a = ?1 LIMIT 2"
        ));
        assert!(!is_met(statement, "SELECT a, b FROM captures WHERE b = ?1"));
    }
}
