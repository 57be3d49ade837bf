//! No circle of modules inside a crate: what a file builds on does not build on that file.

use super::nothing_breaks;
use super::source::{Module, Modules, Segments, modules};
use super::tree::{files, packages};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Re-exports of re-exports are followed so far.
const DEEPEST: usize = 12;

/// Which file of a crate builds on which, each with the path that makes it so.
type Arrows = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn no_crate_has_a_circle_of_modules() {
    let sources = files(".rs");
    let lines = packages().iter().flat_map(|package| {
        let src = format!("{}/src/", package.folder);
        let own = sources.iter().filter_map(|file| {
            let path = file.path.strip_prefix(&src)?;
            Some((path.to_owned(), file.text.clone()))
        });
        let own: BTreeMap<String, String> = own.collect();
        let circles = circles(&own);
        circles
            .into_iter()
            .map(move |lines| format!("{src}{lines}"))
    });
    let rule =
        "the modules of a crate import one way: move what both sides need into a file of its own";
    nothing_breaks(rule, &lines.collect::<Vec<_>>());
}

/// The circles of one crate, each by the shortest way round it.
fn circles(files: &BTreeMap<String, String>) -> Vec<String> {
    let root = ["lib.rs", "main.rs"]
        .into_iter()
        .find(|root| files.contains_key(*root));
    let arrows = arrows(&modules(root.expect("a crate has a root"), files));
    let reached: BTreeMap<&String, BTreeSet<&String>> = arrows
        .keys()
        .map(|file| (file, reachable(&arrows, file)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut lines = Vec::new();
    for (file, after) in &reached {
        if !after.contains(file) || seen.contains(file) {
            continue;
        }
        let returns = |other: &&&String| {
            reached
                .get(**other)
                .is_some_and(|back| back.contains(*file))
        };
        let knot: BTreeSet<&String> = after.iter().filter(returns).copied().collect();
        let ways = knot.iter().map(|begin| way_round(&arrows, begin));
        let shortest = ways.min_by_key(Vec::len).unwrap_or_default();
        lines.push(circle(&arrows, &shortest, knot.len()));
        seen.extend(knot);
    }
    lines
}

/// The circle's files in their order, and the path behind each arrow.
fn circle(arrows: &Arrows, way: &[&String], knot: usize) -> String {
    let names: Vec<&str> = way.iter().map(|file| file.as_str()).collect();
    let mut lines = names.join(" → ");
    if knot >= way.len() {
        lines = format!("{lines} (one way round of {knot} files)");
    }
    for pair in way.windows(2) {
        let path = &arrows[pair[0]][pair[1]];
        lines = format!("{lines}\n      {} names {path}", pair[0]);
    }
    lines
}

fn reachable<'a>(arrows: &'a Arrows, from: &str) -> BTreeSet<&'a String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&String> = arrows[from].keys().collect();
    while let Some(file) = open.pop() {
        if found.insert(file) {
            open.extend(arrows[file].keys());
        }
    }
    found
}

/// The shortest way from a file back to itself, which stands at both ends.
fn way_round<'a>(arrows: &'a Arrows, begin: &'a String) -> Vec<&'a String> {
    let mut ways = VecDeque::from([vec![begin]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let last = way[way.len() - 1];
        for next in arrows[last].keys() {
            let mut longer = way.clone();
            longer.push(next);
            if next == begin {
                return longer;
            }
            if seen.insert(next) {
                ways.push_back(longer);
            }
        }
    }
    Vec::new()
}

fn arrows(modules: &Modules) -> Arrows {
    let mut arrows: Arrows = modules
        .values()
        .map(|module| (module.file.clone(), BTreeMap::new()))
        .collect();
    for (at, module) in modules {
        for path in imports(at, module) {
            let Some(absolute) = absolute(modules, at, path) else {
                continue;
            };
            let target = &modules[&home(modules, &absolute, 0)].file;
            if *target != module.file {
                let from = arrows.entry(module.file.clone()).or_default();
                from.entry(target.clone())
                    .or_insert_with(|| path.join("::"));
            }
        }
    }
    arrows
}

/// What a module builds on: all that it names, and what it passes on from elsewhere than beneath itself.
fn imports<'a>(at: &'a Segments, module: &'a Module) -> impl Iterator<Item = &'a Segments> {
    let passed_on = module.reexports.values().chain(&module.globs);
    let from_elsewhere = passed_on.filter(move |path| match path.first().map(String::as_str) {
        Some("crate") => !path[1..].starts_with(at),
        Some("super") => true,
        _beneath_or_foreign => false,
    });
    module.names.iter().chain(from_elsewhere)
}

/// A path from the crate's root; none for a path into another crate or of a local name.
fn absolute(modules: &Modules, at: &Segments, path: &Segments) -> Option<Segments> {
    let (first, rest) = path.split_first()?;
    let mut from = at.clone();
    match first.as_str() {
        "crate" => return Some(rest.to_vec()),
        "self" => {}
        "super" => {
            let supers = path.iter().take_while(|part| *part == "super").count();
            from.truncate(at.len().checked_sub(supers)?);
            from.extend_from_slice(&path[supers..]);
            return Some(from);
        }
        child => {
            from.push(child.to_owned());
            if !modules.contains_key(&from) {
                return None;
            }
        }
    }
    from.extend_from_slice(rest);
    Some(from)
}

/// The module that defines what a path leads to; re-exports are seen through.
fn home(modules: &Modules, path: &[String], depth: usize) -> Segments {
    let longest = (0..=path.len())
        .rev()
        .find(|length| modules.contains_key(&path[..*length]));
    let (at, rest) = path.split_at(longest.expect("the root is a module"));
    let (at, module) = (at.to_vec(), &modules[at]);
    let Some((name, after)) = rest.split_first() else {
        return at;
    };
    if module.defines.contains(name) || depth > DEEPEST {
        return at;
    }
    let beyond = |through: &Segments, after: &[String]| {
        let mut path = absolute(modules, &at, through)?;
        path.extend_from_slice(after);
        Some(home(modules, &path, depth + 1))
    };
    if let Some(through) = module.reexports.get(name) {
        return beyond(through, after).unwrap_or(at);
    }
    let found = module.globs.iter().find_map(|through| {
        let found = beyond(through, rest)?;
        modules[&found].defines.contains(name).then_some(found)
    });
    found.unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::circles;
    use std::collections::BTreeMap;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        circles(&files.collect::<BTreeMap<_, _>>())
    }

    #[test]
    fn a_tree_that_imports_one_way_has_no_circle() {
        let none = found(&[
            ("lib.rs", "mod a; mod b; pub use a::build;"),
            ("a.rs", "use crate::b::B; pub fn build() -> B { B }"),
            ("b.rs", "pub struct B;"),
        ]);
        assert!(none.is_empty(), "{none:?}");
    }

    #[test]
    fn a_circle_of_two_is_named_with_both_paths() {
        let lines = found(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use crate::b::B; pub struct A(B);"),
            (
                "b.rs",
                "pub struct B; impl B { fn a() -> super::a::A { loop {} } }",
            ),
        ]);
        assert_eq!(
            lines,
            ["a.rs → b.rs → a.rs\n      \
              a.rs names crate::b::B\n      b.rs names super::a::A"]
        );
    }

    #[test]
    fn a_circle_of_three_is_named_in_its_order() {
        let lines = found(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::{c::{self as other, C}};"),
            ("b.rs", "fn f() { let _ = crate::a::X; }"),
            ("c.rs", "pub struct C; fn g() { vec![crate::b::Y] }"),
        ]);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(
            lines[0].starts_with("a.rs → c.rs → b.rs → a.rs"),
            "{lines:?}"
        );
        assert!(lines[0].contains("c.rs names crate::b::Y"), "{lines:?}");
    }

    #[test]
    fn the_shortest_way_round_stands_for_a_larger_knot() {
        let lines = found(&[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::c::C; use crate::a::A;"),
            ("c.rs", "use crate::a::A;"),
        ]);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("a.rs → b.rs → a.rs (one way round of 3 files)"));
    }

    #[test]
    fn a_type_in_the_root_that_children_use_is_a_circle() {
        let lines = found(&[
            (
                "lib.rs",
                "mod a; pub struct Deps; fn f() { a::serve(Deps) }",
            ),
            ("a.rs", "use crate::Deps; pub fn serve(_: Deps) {}"),
        ]);
        assert!(lines[0].starts_with("a.rs → lib.rs → a.rs"), "{lines:?}");
    }

    #[test]
    fn a_reexport_is_seen_through_to_the_file_that_defines() {
        let none = found(&[
            (
                "lib.rs",
                "mod parts; pub use parts::{One, Two}; pub use parts::*;",
            ),
            (
                "parts/mod.rs",
                "mod one; mod two; pub use one::One; pub use self::two::*;",
            ),
            ("parts/one.rs", "use super::Two; pub struct One(Two);"),
            ("parts/two.rs", "pub struct Two;"),
        ]);
        assert!(none.is_empty(), "{none:?}");
        let lines = found(&[
            ("lib.rs", "mod parts;"),
            (
                "parts/mod.rs",
                "mod one; mod two; pub use one::One; pub use two::Two;",
            ),
            ("parts/one.rs", "use super::Two; pub struct One(Two);"),
            ("parts/two.rs", "use crate::parts::One; pub struct Two;"),
        ]);
        assert!(lines[0].starts_with("parts/one.rs → parts/two.rs → parts/one.rs"));
    }

    #[test]
    fn what_is_passed_on_from_elsewhere_is_an_import() {
        let lines = found(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "pub use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::a::A; pub struct B;"),
        ]);
        assert!(lines[0].starts_with("a.rs → b.rs → a.rs"), "{lines:?}");
    }

    #[test]
    fn test_code_is_left_out_and_a_feature_is_not() {
        let back = |when: &str| {
            let a = format!("pub struct A; {when} mod tests {{ use crate::b::B; }}");
            found(&[
                ("lib.rs", "mod a; mod b; #[cfg(test)] mod testing;"),
                ("a.rs", &a),
                ("b.rs", "use crate::a::A; pub struct B;"),
                ("testing.rs", "this is not even read"),
            ])
        };
        assert!(back("#[cfg(test)]").is_empty());
        assert!(back("#[cfg(all(test, unix))]").is_empty());
        assert_eq!(
            back("#[cfg(any(test, feature = \"crash-points\"))]").len(),
            1
        );
        assert_eq!(back("").len(), 1);
    }

    #[test]
    fn who_may_look_is_no_import_and_neither_is_another_crate() {
        let none = found(&[
            ("lib.rs", "mod a; mod b;"),
            (
                "a.rs",
                "use crate::b::B; use http::b::X; fn f() { serde::b::g() }",
            ),
            (
                "b.rs",
                "pub(in crate::a) struct B; #[doc = \"crate::a::A\"] struct C;",
            ),
        ]);
        assert!(none.is_empty(), "{none:?}");
    }
}
