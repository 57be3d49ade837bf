//! The glossary: one row a term, sorted, each leading to a place that is there.

use super::nothing_breaks;
use super::tree::root;
use std::fs;

const GLOSSARY: &str = "shared/docs/GLOSSARY.md";

/// What a row has: term, meaning, where it comes from, where it lives.
const COLUMNS: usize = 4;

/// The cells of every row below the headings.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| line.starts_with("| "));
    let cells = |line: &str| {
        let inside = line.trim_start_matches('|').trim_end_matches('|');
        inside
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    lines.skip(1).map(cells).collect()
}

/// What is wrong with the rows, line by line.
fn faults(text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let rows = rows(text);
    let mut faults = Vec::new();
    for row in &rows {
        let term = &row[0];
        if row.len() != COLUMNS || row.iter().any(String::is_empty) {
            faults.push(format!(
                "{term}: a row has {COLUMNS} cells, none of them empty"
            ));
            continue;
        }
        let path = row[3]
            .strip_prefix('`')
            .and_then(|path| path.strip_suffix('`'));
        if !path.is_some_and(&exists) {
            faults.push(format!("{term}: {} is not there", row[3]));
        }
    }
    for pair in rows.windows(2) {
        let (one, next) = (pair[0][0].to_lowercase(), pair[1][0].to_lowercase());
        if one >= next {
            faults.push(format!(
                "{next} stands after {one}: terms are sorted and unique"
            ));
        }
    }
    faults
}

#[test]
fn the_glossary_is_sorted_and_leads_to_what_is_there() {
    let text = fs::read_to_string(root().join(GLOSSARY)).unwrap();
    assert!(rows(&text).len() > 50, "{GLOSSARY} is not what it was");
    let faults = faults(&text, |path| root().join(path).exists());
    nothing_breaks(
        "a term stands once, in its place, with a path that exists",
        &faults,
    );
}

#[cfg(test)]
mod tests {
    use super::faults;

    const HEAD: &str =
        "# Glossary\n\n| term | meaning | comes from | lives in |\n|---|---|---|---|\n";

    fn of(rows: &str) -> Vec<String> {
        faults(&format!("{HEAD}{rows}"), |path| path == "here")
    }

    #[test]
    fn a_sorted_table_with_paths_that_exist_has_no_fault() {
        assert!(of("| leg | a | b | `here` |\n| pivot | a | b | `here` |\n").is_empty());
    }

    #[test]
    fn a_term_out_of_order_or_said_twice_is_a_fault() {
        for rows in [
            "| pivot | a | b | `here` |\n| leg | a | b | `here` |\n",
            "| leg | a | b | `here` |\n| Leg | a | b | `here` |\n",
        ] {
            assert_eq!(of(rows).len(), 1, "{rows}");
        }
    }

    #[test]
    fn an_empty_cell_or_a_path_that_leads_nowhere_is_a_fault() {
        assert_eq!(of("| leg |  | b | `here` |\n").len(), 1);
        assert_eq!(of("| leg | a | b | `gone` |\n").len(), 1);
        assert_eq!(of("| leg | a | b | here |\n").len(), 1);
    }
}
