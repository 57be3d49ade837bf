//! What a start says about its files, who else may use them, and how a process ends in order.

use super::audit::Snapshot;
use super::crash::{same, undisturbed};
use super::journey::{Journey, Story};
use super::process::{Env, Process, env, run, said};
use super::shop::Shop;
use super::wait;
use tempfile::TempDir;

#[test]
fn a_start_reads_back_and_prints_how_durable_an_answer_is() {
    let folder = TempDir::new().unwrap();
    let mut process = Process::spawned(folder.path(), &["serve"], &Env::new());
    let mut lines = Vec::new();
    while let Some(line) = process.line() {
        let is_last = line.starts_with("serving");
        lines.push(line);
        if is_last {
            break;
        }
    }
    for store in ["process", "system"] {
        let wanted = format!("{store}.db journal_mode=wal synchronous=full");
        assert!(
            lines.iter().any(|line| line.contains(&wanted)),
            "{wanted} is not in {lines:?}"
        );
    }
    assert!(process.stop().success());
}

#[test]
fn a_second_process_on_the_same_data_folder_is_refused_and_the_first_goes_on() {
    let folder = TempDir::new().unwrap();
    let first = Process::up(folder.path(), &["serve"], &Env::new());
    for (command, why) in [
        (
            &["serve"][..],
            "is in use by another crossdock process; stop it, or use --data",
        ),
        (
            &["up", "--no-demo"],
            "is in use by another crossdock process; stop it, or use --data",
        ),
        (&["backends"], "no other process holds it"),
    ] {
        let (status, stdout, stderr) = run(folder.path(), command, &Env::new());
        assert_eq!(status.code(), Some(1), "{command:?}: {stdout} {stderr}");
        assert!(stderr.contains(why), "{command:?}: {stderr}");
    }
    wait(Journey::of(Story::Declined).go_on(&Shop::of(&first))).unwrap();
    assert!(first.stop().success());
}

#[test]
fn a_process_that_is_asked_to_end_ends_in_order_and_the_next_start_goes_on() {
    for signal in ["-TERM", "-INT"] {
        let folder = TempDir::new().unwrap();
        let still = env(&[("CROSSDOCK__BACKENDS__AUTO_PILOT", "0s")]);
        let first = Process::up(folder.path(), &["serve"], &still);
        let mut journey = Journey::of(Story::Golden);
        wait(journey.buys(&Shop::of(&first))).unwrap();
        first.signal(signal);
        assert_eq!(
            first.end().code(),
            Some(0),
            "{signal}: {}",
            said(folder.path())
        );
        assert!(
            !folder.path().join("run-process.json").exists(),
            "{signal}: its run file is still there"
        );
        let second = Process::up(folder.path(), &["serve"], &Env::new());
        wait(journey.go_on(&Shop::of(&second))).unwrap();
        assert!(second.stop().success());
        same(
            &wait(Snapshot::taken(folder.path())),
            &undisturbed(Story::Golden),
        )
        .unwrap();
    }
}
