//! A process killed at every boundary of every workflow, started again, and audited in the backends' books.

use super::audit::Snapshot;
use super::called_off::CalledOff;
use super::journey::{Journey, Story};
use super::process::{Env, Process, env, said};
use super::shop::Shop;
use super::{each, wait};
use crossdock::{Gateway, Options, Settings};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::ExitStatus;
use tempfile::TempDir;

const SIGKILL: i32 = 9;

#[test]
#[expect(
    clippy::print_stdout,
    reason = "how many there are is part of what is shown"
)]
fn killed_at_every_boundary_of_every_workflow_and_started_again_there_is_one_set_of_effects() {
    let points = wait(points());
    let kinds = [
        Story::Golden,
        Story::Declined,
        Story::Cancelled,
        Story::GivenUp,
        Story::Captured,
        Story::PointsOnly,
        Story::AtTheProvider,
        Story::RefundFails,
    ];
    let whole: BTreeMap<Story, Snapshot> = kinds
        .into_iter()
        .map(|story| (story, undisturbed(story)))
        .collect();
    println!(
        "{} crash points in the registered definitions",
        points.len()
    );
    let failed = each(points, |point| {
        let story = story_of(point);
        if story == Story::CalledOff {
            return CalledOff::begin().killed_at(point);
        }
        let (status, snapshot) = killed(story, &crash_at(point));
        is_killed(status)?;
        same(&snapshot, &whole[&story])
    });
    assert!(
        failed.is_empty(),
        "{} points failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

/// Every boundary of the registered definitions.
async fn points() -> Vec<String> {
    let settings = Settings::defaults().unwrap();
    let gateway = Gateway::build(settings, Options::in_memory())
        .await
        .unwrap();
    let workflows = gateway.engine().unwrap().workflows();
    let points = workflows
        .iter()
        .flat_map(|workflow| workflow.crash_points());
    let (elsewhere, points): (Vec<String>, Vec<String>) =
        points.partition(|point| AT_A_SHELF.iter().any(|node| point.starts_with(node)));
    for node in AT_A_SHELF {
        let is_there = elsewhere.iter().any(|point| point.starts_with(node));
        assert!(is_there, "{node} is no node any more");
    }
    gateway.stop().await;
    points
}

/// Nodes that are reached only where goods are missing or a person gives money back: by the journeys `shortage`,
/// `captured` and `line_cancel`, in a shop whose shelves a test can reach into. No process is killed at them.
const AT_A_SHELF: [&str; 5] = [
    "accept-captured-order/check-backorder/",
    "cancel-order/refund-elsewhere/",
    "fulfil-shipment/release-rest/",
    "place-order/check-backorder/",
    "resolve-shortage/",
];

/// A point's variables; the window of maturity is only waited for where there is one.
fn crash_at(point: &str) -> Env {
    let mut variables = env(&[("CRASH_AT", point)]);
    if point.contains("/confirm-holds/") {
        // So short that what is held is extended before every promise.
        variables.extend(env(&[("CROSSDOCK__ORDER__HOLD", "50s")]));
    }
    if point.starts_with("mature-points/maturity-window/") {
        variables.extend(env(&[("CROSSDOCK__MATURITY__WINDOW", "1s")]));
    }
    variables
}

/// The story that comes to that point.
fn story_of(point: &str) -> Story {
    match point.split('/').next().unwrap() {
        "accept-captured-order" => Story::Captured,
        "account-provider-capture"
        | "account-provider-refund"
        | "handle-dispute"
        | "reopen-refund"
        | "resolve-webhook"
        | "reverse-provider-refund" => Story::AtTheProvider,
        "commit-return" if point.contains("/pay-by-hand/") => Story::RefundFails,
        "cancel-order" if point.contains("/amend-sales-order/") => Story::GivenUp,
        "cancel-order" => Story::Cancelled,
        // The last step of a return, where one of its legs had nothing to do.
        "commit-return" if point.contains("/close-return/") => Story::PointsOnly,
        _golden if point.contains("/authorise-payment:undo/") => Story::CalledOff,
        _golden if point.contains(":undo/") => Story::Declined,
        _golden => Story::Golden,
    }
}

/// What a story's processes have in common.
pub(crate) fn habits(story: Story) -> Env {
    match story {
        Story::Cancelled | Story::GivenUp => env(&[("CROSSDOCK__BACKENDS__AUTO_PILOT", "0s")]),
        Story::Golden
        | Story::Declined
        | Story::Captured
        | Story::PointsOnly
        | Story::AtTheProvider
        | Story::RefundFails
        | Story::CalledOff => Env::new(),
    }
}

/// The books after a story in which nothing went wrong, checked by hand-written figures.
pub(crate) fn undisturbed(story: Story) -> Snapshot {
    let folder = TempDir::new().unwrap();
    let process = Process::up(folder.path(), &["serve"], &habits(story));
    wait(Journey::of(story).go_on(&Shop::of(&process))).unwrap();
    assert!(process.stop().success());
    let snapshot = wait(Snapshot::taken(folder.path()));
    for (effect, count) in effects_of(story) {
        assert_eq!(
            snapshot.count(effect),
            *count,
            "{story:?}: {effect} in {snapshot:#?}"
        );
    }
    snapshot
}

/// A story in two lives: how the first ended, and the books after the second.
pub(crate) fn killed(story: Story, crash: &Env) -> (ExitStatus, Snapshot) {
    let folder = TempDir::new().unwrap();
    let mut journey = Journey::of(story);
    let status = life(
        folder.path(),
        &mut journey,
        &[habits(story), crash.clone()].concat(),
    );
    let second = Process::up(folder.path(), &["serve"], &habits(story));
    let finished = wait(journey.go_on(&Shop::of(&second)));
    finished.unwrap_or_else(|cut| {
        panic!(
            "the second life broke off: {}\n{}",
            cut.0,
            said(folder.path())
        )
    });
    assert!(second.stop().success(), "{}", said(folder.path()));
    (status, wait(Snapshot::taken(folder.path())))
}

/// Until it dies; one that outlives the story is asked to end.
pub(crate) fn life(folder: &Path, journey: &mut Journey, env: &Env) -> ExitStatus {
    match Process::start(folder, &["serve"], env) {
        Err(died_at_the_start) => died_at_the_start,
        Ok(process) => {
            // Cut off or not: one that is dead cannot be asked to end, one that lives can.
            drop(wait(journey.go_on(&Shop::of(&process))));
            process.stop()
        }
    }
}

pub(crate) fn is_killed(status: ExitStatus) -> Result<(), String> {
    match status.signal() {
        Some(SIGKILL) => Ok(()),
        _alive => Err(format!("it was not reached: {status}")),
    }
}

pub(crate) fn same(found: &Snapshot, whole: &Snapshot) -> Result<(), String> {
    if found == whole {
        return Ok(());
    }
    Err(format!(
        "other effects than undisturbed: {}",
        whole.differences(found)
    ))
}

/// What each story leaves behind, effect by effect; what is not named differs in no life either.
fn effects_of(story: Story) -> &'static [(&'static str, usize)] {
    match story {
        Story::Golden => GOLDEN,
        Story::Declined | Story::CalledOff => DECLINED,
        Story::Cancelled => CANCELLED,
        Story::GivenUp => GIVEN_UP,
        Story::Captured => CAPTURED,
        Story::PointsOnly => POINTS_ONLY,
        Story::AtTheProvider => AT_THE_PROVIDER,
        Story::RefundFails => REFUND_FAILS,
    }
}

const GOLDEN: &[(&str, usize)] = &[
    ("oms reservation CONSUMED", 1),
    ("oms customer_order SHIPPED", 1),
    ("oms fulfilment_order SHIPPED", 1),
    ("oms shipment", 1),
    ("oms receipt", 1),
    ("loyalty hold captured", 1),
    ("loyalty burn", 1),
    ("loyalty accrual", 1),
    ("loyalty document maturity", 1),
    ("loyalty document refund", 1),
    ("loyalty document reversal", 1),
    ("payment payments", 1),
    ("payment captures settled", 1),
    ("payment refunds settled", 1),
    ("tax transactions", 1),
    ("tax refunds", 1),
    ("erp document SO", 1),
    ("erp document GI", 1),
    ("erp document INV", 1),
    ("erp document GR", 1),
    ("erp document CM", 1),
    ("erp document JE", 1),
];

const DECLINED: &[(&str, usize)] = &[
    ("oms reservation RELEASED", 1),
    ("oms reservation_release release", 1),
    ("oms customer_order SHIPPED", 0),
    ("loyalty hold cancelled", 1),
    ("loyalty hold_release cancellation", 1),
    ("loyalty burn", 0),
    ("loyalty accrual", 0),
    ("payment payments", 0),
    ("erp document SO", 0),
];

const CANCELLED: &[(&str, usize)] = &[
    ("oms reservation CONSUMED", 1),
    ("oms customer_order CANCELLED", 1),
    ("oms fulfilment_order CANCELLED", 1),
    ("oms shipment", 0),
    ("loyalty burn", 1),
    ("loyalty document refund", 1),
    ("loyalty accrual", 1),
    ("loyalty document reversal", 1),
    ("payment payments", 1),
    ("payment ledger cancel reserved", 1),
    ("payment captures settled", 0),
    ("erp document SO", 1),
    ("erp document INV", 0),
];

const GIVEN_UP: &[(&str, usize)] = &[
    ("oms customer_order OPEN", 1),
    ("oms fulfilment_order OPEN", 1),
    ("oms line_cancellation", 1),
    ("loyalty document refund", 1),
    ("loyalty document reversal", 1),
    ("payment payments", 1),
    ("payment ledger cancel reserved", 0),
    ("erp document SO", 1),
    ("erp document SA", 1),
    ("erp document INV", 0),
];

const CAPTURED: &[(&str, usize)] = &[
    ("oms customer_order SHIPPED", 1),
    ("oms shipment", 1),
    ("loyalty accrual", 1),
    ("loyalty document maturity", 1),
    ("payment payments", 0),
    ("tax transactions", 1),
    ("erp document SO", 1),
    ("erp document GI", 1),
    ("erp document INV", 1),
];

const POINTS_ONLY: &[(&str, usize)] = &[
    ("oms shipment", 1),
    ("oms receipt", 1),
    ("loyalty burn", 1),
    ("loyalty document refund", 1),
    ("loyalty accrual", 0),
    ("payment captures settled", 1),
    ("payment refunds settled", 0),
    ("tax refunds", 1),
    ("erp document INV", 1),
    ("erp document GR", 1),
    ("erp document CM", 1),
    ("erp document JE", 0),
];

/// The provider's own books know nothing of what its webhooks tell here; the ERP's have each entry once: the refund settled,
/// came back and was paid by hand; the capture and its claim; the refund in the console, its goodwill, that it came back,
/// and that it was paid by hand.
const AT_THE_PROVIDER: &[(&str, usize)] = &[
    ("payment captures settled", 1),
    ("payment refunds settled", 1),
    ("erp document CM", 1),
    ("erp document JE", 9),
    ("erp journal_line 6200", 1),
];

const REFUND_FAILS: &[(&str, usize)] = &[
    ("payment refunds failed", 1),
    ("payment refunds settled", 0),
    ("erp document CM", 1),
    ("erp document JE", 1),
];
