//! What every manifest holds to: names, lints, and the few crates that have one home.

use super::nothing_breaks;
use super::tree::{Package, Role, packages, root};
use std::fs;

fn manifest(package: &Package) -> String {
    fs::read_to_string(root().join(&package.folder).join("Cargo.toml")).unwrap()
}

/// The crates outside `homes` that import a crate.
fn importing(name: &str, at_home: impl Fn(&Package) -> bool) -> Vec<String> {
    let away = packages().iter().filter(|package| !at_home(package));
    let importing = away.filter(|package| package.imports.iter().any(|import| import.name == name));
    importing
        .map(|package| format!("{}/Cargo.toml imports {name}", package.folder))
        .collect()
}

#[test]
fn every_crate_inherits_the_workspace_lints() {
    let without = packages().iter().filter(|package| {
        let text = manifest(package);
        let lints = text
            .split_once("[lints]")
            .map(|(_, rest)| rest.trim_start());
        !lints.is_some_and(|rest| rest.starts_with("workspace = true"))
    });
    let broken = without.map(|package| {
        format!(
            "{}/Cargo.toml has no [lints] workspace = true",
            package.folder
        )
    });
    nothing_breaks(
        "every crate inherits the lints of the workspace",
        &broken.collect::<Vec<_>>(),
    );
}

#[test]
fn a_crate_is_named_after_its_folder() {
    let misnamed = packages().iter().filter_map(|package| {
        let parts: Vec<&str> = package.folder.split('/').collect();
        let wanted = match parts.as_slice() {
            ["shared", "gateway"] => "crossdock".to_owned(),
            ["shared", "xtask"] => "xtask".to_owned(),
            ["shared", name] => format!("crossdock-{name}"),
            ["system-apis", rest @ ..] => format!("sys-{}", rest.join("-")),
            ["process-apis", rest @ ..] => format!("proc-{}", rest.join("-")),
            ["experience-apis", rest @ ..] => format!("exp-{}", rest.join("-")),
            _tests => "it".to_owned(),
        };
        let line = format!("{} holds {}, wanted {wanted}", package.folder, package.name);
        (package.name != wanted).then_some(line)
    });
    nothing_breaks(
        "the folder tells the crate's name",
        &misnamed.collect::<Vec<_>>(),
    );
}

#[test]
fn the_http_client_lives_in_outbound() {
    let broken = importing("reqwest", |package| package.name == "crossdock-outbound");
    nothing_breaks("reqwest is imported by crossdock-outbound alone", &broken);
}

#[test]
fn sql_lives_in_the_store_and_in_books() {
    let at_home = |package: &Package| {
        let libraries = ["crossdock-store", "crossdock-books"];
        // The integration tests look into the files that a process leaves, and write nothing.
        let looks = package.name == "it";
        // The bench copies the rows of a book to make a long history.
        let copies = package.name == "crossdock-bench";
        libraries.contains(&&*package.name) || package.role == Role::Embedded || looks || copies
    };
    let broken = importing("rusqlite", at_home);
    nothing_breaks(
        "rusqlite is imported by store, books, the embedded backends, the tests that look into their files and the bench that copies rows alone",
        &broken,
    );
}

#[test]
fn versions_of_foreign_crates_stand_in_the_root_manifest() {
    let own = packages().iter().flat_map(|package| {
        let text = manifest(package);
        let at = |line: &str| {
            let keys = ["edition", "version", "rust-version"];
            let key = line.split(['=', '.']).next().unwrap_or_default().trim();
            let pinned = line.contains("= \"") && line.contains(|c: char| c.is_ascii_digit());
            let dependency = text.split("dependencies]").skip(1).any(|part| {
                part.split("\n[")
                    .next()
                    .is_some_and(|section| section.contains(line))
            });
            (dependency && pinned && !keys.contains(&key))
                .then(|| format!("{}/Cargo.toml: {line}", package.folder))
        };
        text.lines().filter_map(at).collect::<Vec<_>>()
    });
    nothing_breaks(
        "a crate writes x.workspace = true, never a version",
        &own.collect::<Vec<_>>(),
    );
}
