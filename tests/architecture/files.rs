//! What every source file holds to: its size, its first line, and what it may not contain.

use super::nothing_breaks;
use super::tree::{File, files};

fn sources() -> Vec<File> {
    files(".rs")
}

/// Sizes of all files, smallest first.
fn sizes() -> Vec<usize> {
    let mut sizes: Vec<usize> = sources().iter().map(File::lines).collect();
    sizes.sort_unstable();
    sizes
}

/// Where a text stands, as `path:line`.
fn places(file: &File, text: &str) -> Vec<String> {
    let lines = file
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains(text));
    lines
        .map(|(at, line)| format!("{}:{}: {}", file.path, at + 1, line.trim()))
        .collect()
}

/// The part of a file that only tests see; all of it in a folder of tests.
fn test_part(file: &File) -> File {
    let folders = ["tests/", "testkit/", "shared/rig/"];
    let ends = ["tests.rs", "_tests.rs", "testing.rs"];
    let whole = folders.iter().any(|folder| file.path.contains(folder))
        || ends.iter().any(|end| file.path.ends_with(end));
    let from = if whole {
        Some(0)
    } else {
        file.text.find("#[cfg(test)]\nmod tests {")
    };
    let before = from
        .and_then(|from| file.text.get(..from))
        .map_or(0, |text| text.lines().count());
    let rest = from
        .and_then(|from| file.text.get(from..))
        .unwrap_or_default();
    File {
        path: file.path.clone(),
        text: "\n".repeat(before) + rest,
    }
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let long = sources().into_iter().filter(|file| file.lines() > 500);
    let broken = long.map(|file| format!("{} has {} lines", file.path, file.lines()));
    nothing_breaks(
        "a file that outgrows 500 lines is two files",
        &broken.collect::<Vec<_>>(),
    );
}

#[test]
fn the_median_file_has_about_a_hundred_lines() {
    let sizes = sizes();
    let median = sizes[sizes.len() / 2];
    assert!(
        median <= 140,
        "the median of {} files is {median} lines, 140 is the most",
        sizes.len()
    );
}

#[test]
fn nine_files_of_ten_are_under_350_lines() {
    let sizes = sizes();
    let at = sizes[sizes.len() * 9 / 10];
    assert!(
        at <= 350,
        "of {} files the tenth part is longer than {at} lines, 350 is the most",
        sizes.len()
    );
}

#[test]
fn every_file_begins_with_its_reason_to_exist() {
    let silent = sources()
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "));
    let broken = silent.map(|file| file.path);
    nothing_breaks(
        "a file's first line is its `//!` sentence",
        &broken.collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_left_for_later() {
    // In halves, so that this file is no find itself.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
    ];
    let found = |file: &File| {
        words
            .iter()
            .flat_map(|word| places(file, word))
            .collect::<Vec<_>>()
    };
    let broken: Vec<String> = sources().iter().flat_map(found).collect();
    nothing_breaks("what cannot be finished is left out and said so", &broken);
}

#[test]
fn no_test_is_switched_off() {
    // The one exception is no test: it is the process that the crash test starts and kills.
    let killed = "shared/store/tests/crash.rs";
    let ignored = concat!("#[ign", "ore");
    let others = sources().into_iter().filter(|file| file.path != killed);
    let broken: Vec<String> = others.flat_map(|file| places(&file, ignored)).collect();
    nothing_breaks("a test that fails is mended, not switched off", &broken);
}

#[test]
fn no_test_sleeps() {
    let naps = [
        concat!("thread::sl", "eep("),
        concat!("time::sl", "eep("),
        concat!(" sl", "eep("),
    ];
    let found = |file: &File| {
        let part = test_part(file);
        naps.iter()
            .flat_map(|nap| places(&part, nap))
            .collect::<Vec<_>>()
    };
    let mut broken: Vec<String> = sources().iter().flat_map(found).collect();
    broken.dedup();
    nothing_breaks(
        "a test waits for what it needs, never for time to pass",
        &broken,
    );
}

#[test]
fn only_settings_reads_the_environment() {
    let found = |file: &File| {
        let reads = [
            concat!("env::", "var("),
            concat!("env::", "vars"),
            concat!("env::", "var_os("),
        ];
        reads
            .iter()
            .flat_map(|read| places(file, read))
            .collect::<Vec<_>>()
    };
    let others = sources()
        .into_iter()
        .filter(|file| !file.path.starts_with("shared/settings/"));
    let broken: Vec<String> = others.flat_map(|file| found(&file)).collect();
    nothing_breaks("only shared/settings reads environment variables", &broken);
}
