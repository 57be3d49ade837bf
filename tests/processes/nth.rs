//! A process killed at the n-th commit and the n-th call: webhook inbox, feed cursor, idempotent start.

use super::crash::{is_killed, killed, same, undisturbed};
use super::each;
use super::journey::Story;
use super::process::env;
use std::sync::Mutex;

/// Where the count gives up: a run that still dies here is a failure.
const LAST: u32 = 120;

/// A paid order taken in and shipped: its start, the OMS's webhooks, the feed that follows them.
#[test]
#[expect(
    clippy::print_stdout,
    reason = "how far the count came is part of what is shown"
)]
fn killed_at_the_nth_commit_or_call_until_a_run_of_at_most_120_ends_alive() {
    let whole = undisturbed(Story::Captured);
    let points = [
        "before-commit",
        "after-commit",
        "before-send",
        "after-answer",
    ];
    let deaths = Mutex::new(Vec::new());
    let failed = each(points.map(str::to_owned).into(), |point| {
        for n in 1..=LAST {
            let at = format!("{point}:{n}");
            let (status, snapshot) = killed(Story::Captured, &env(&[("CRASH_NTH", &at)]));
            same(&snapshot, &whole).map_err(|why| format!("{at}: {why}"))?;
            if status.success() {
                deaths
                    .lock()
                    .unwrap()
                    .push(format!("{point}: {} deaths, then alive", n - 1));
                return Ok(());
            }
            is_killed(status)?;
        }
        deaths
            .lock()
            .unwrap()
            .push(format!("{point}: {LAST} deaths"));
        Ok(())
    });
    println!("{}", deaths.lock().unwrap().join("; "));
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(
        !deaths
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains(": 0 deaths"))
    );
}
