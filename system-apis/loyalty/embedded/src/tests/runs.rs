//! Runs against units: the same points and states as if every unit were kept on its own.

use super::{Bank, bank};
use crossdock_model::UnitRange;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ORDER: &str = "o-1";

/// What is done to the account, in an order that chance decides.
#[derive(Debug, Clone)]
enum Act {
    Mature(Vec<String>),
    Reverse(Vec<String>),
    /// Burns up to so many points, so that what is taken back may be spent.
    Spend(i64),
}

/// Ranges that are apart, often beyond what was earned, the last first.
fn ranges() -> impl Strategy<Value = Vec<String>> {
    let on_a_line = || vec((1..6_u32, 1..7_u32), 0..4);
    (on_a_line(), on_a_line()).prop_map(|(a, b)| {
        let mut all = placed("A", &a);
        all.extend(placed("B", &b));
        all.reverse();
        all
    })
}

/// Ranges of a line, each so many units after the last and so long.
fn placed(line: &str, gaps: &[(u32, u32)]) -> Vec<String> {
    let mut last = 0;
    let mut place = |(gap, length): &(u32, u32)| {
        let first = last + gap;
        last = first + length - 1;
        let line = line.parse().unwrap();
        UnitRange::new(line, first, last).unwrap().to_string()
    };
    gaps.iter().map(&mut place).collect()
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => ranges().prop_map(Act::Mature),
        3 => ranges().prop_map(Act::Reverse),
        1 => (1..2_000_i64).prop_map(Act::Spend),
    ]
}

/// The account as one would keep it unit by unit.
struct Naive {
    units: BTreeMap<String, (i64, &'static str)>,
    available: i64,
    pending: i64,
    debt: i64,
}

impl Naive {
    /// Those units that were earned and are in that state; they are in the other state afterwards.
    fn turn(&mut self, ranges: &[String], from: &str, to: &'static str) -> i64 {
        let mut points = 0;
        for unit in ranges.iter().flat_map(|range| each(range)) {
            if let Some((earned, state)) = self.units.get_mut(&unit)
                && *state == from
            {
                (points, *state) = (points + *earned, to);
            }
        }
        points
    }

    fn mature(&mut self, ranges: &[String]) -> Value {
        let points = self.turn(ranges, "pending", "available");
        let debt_paid = points.min(self.debt);
        self.pending -= points;
        self.debt -= debt_paid;
        self.available += points - debt_paid;
        json!([points, debt_paid])
    }

    fn reverse(&mut self, ranges: &[String]) -> Value {
        let matured = self.turn(ranges, "available", "reversed");
        let from_pending = self.turn(ranges, "pending", "cancelled");
        let from_available = matured.min(self.available);
        self.pending -= from_pending;
        self.available -= from_available;
        self.debt += matured - from_available;
        json!([from_pending, from_available, matured - from_available])
    }
}

/// The units of a range.
fn each(range: &str) -> Vec<String> {
    let range: UnitRange = range.parse().unwrap();
    let unit = |number| format!("{}#{number}", range.line());
    (range.first()..=range.last()).map(unit).collect()
}

/// What an answer says of single units, each of which it names once.
fn by_unit(runs: &Value) -> BTreeMap<String, (i64, String)> {
    let mut units = BTreeMap::new();
    for run in runs.as_array().unwrap() {
        let points = run["points_each"].as_i64().unwrap();
        for unit in each(run["units"].as_str().unwrap()) {
            let status = run["status"].as_str().unwrap().to_owned();
            assert_eq!(units.insert(unit, (points, status)), None);
        }
    }
    units
}

/// Earns those runs; the account as it is then, unit by unit.
async fn earned(bank: &Bank, runs: &[(&str, i64)]) -> Naive {
    let (status, answer) = bank.earn(ORDER, runs).await;
    assert_eq!(status, 200, "{answer}");
    let units = runs.iter().flat_map(|(range, points)| {
        let pending = (*points, "pending");
        each(range).into_iter().map(move |unit| (unit, pending))
    });
    let units: BTreeMap<_, _> = units.collect();
    let pending = units.values().map(|(points, _)| points).sum();
    Naive {
        units,
        available: 1_500,
        pending,
        debt: 0,
    }
}

/// Does one thing to both, and again to the bank; the answers agree.
async fn done(bank: &Bank, naive: &mut Naive, act: &Act, cause: &str) {
    let (path, ranges, members, expected) = match act {
        Act::Spend(points) => {
            let points = (*points).min(naive.available);
            if points > 0 {
                assert_eq!(bank.hold(cause, points).await.0, 200);
                let burnt = bank.of_order("/v1/redemption-captures", cause).await;
                assert_eq!(burnt.0, 200);
            }
            naive.available -= points;
            return;
        }
        Act::Mature(ranges) => {
            let members: &[&str] = &["points", "debt_paid"];
            let expected = naive.mature(ranges);
            ("/v1/earning-maturities", ranges, members, expected)
        }
        Act::Reverse(ranges) => {
            let members: &[&str] = &["from_pending", "from_available", "debt"];
            let expected = naive.reverse(ranges);
            ("/v1/earning-reversals", ranges, members, expected)
        }
    };
    let ranges: Vec<&str> = ranges.iter().map(String::as_str).collect();
    let answer = bank.units(path, ORDER, cause, &ranges).await;
    let figures: Value = members
        .iter()
        .map(|member| answer.1[*member].clone())
        .collect();
    assert_eq!(figures, expected);
    let again = bank.units(path, ORDER, cause, &ranges).await;
    assert_eq!(again, answer, "once for a cause");
}

/// The balances and the states of all units are the same in both.
async fn agree(bank: &Bank, naive: &Naive) {
    let balance = [naive.available, naive.pending, 0, naive.debt];
    assert_eq!(bank.balance().await, balance);
    let (_, answer) = bank.get("/v1/earnings?order=o-1").await;
    let units = naive.units.iter();
    let units = units.map(|(unit, (points, state))| (unit.clone(), (*points, (*state).to_owned())));
    assert_eq!(by_unit(&answer["runs"]), units.collect());
}

async fn the_same_as_unit_by_unit(gaps: [Vec<(u32, u32)>; 2], points: &[i64], acts: &[Act]) {
    let bank = bank().await;
    let [a, b] = gaps;
    let ranges = [placed("A", &a), placed("B", &b)].concat();
    let runs = ranges.iter().map(String::as_str);
    let runs: Vec<(&str, i64)> = runs.zip(points.iter().copied()).collect();
    let mut naive = earned(&bank, &runs).await;
    agree(&bank, &naive).await;
    for (number, act) in acts.iter().enumerate() {
        done(&bank, &mut naive, act, &format!("c-{number}")).await;
        agree(&bank, &naive).await;
    }
    // The same order earns once, whatever became of it, and though its units are told one by one.
    let singly: Vec<(&str, i64)> = naive
        .units
        .iter()
        .map(|(unit, (points, _))| (unit.as_str(), *points))
        .collect();
    assert_eq!(bank.earn(ORDER, &singly).await.0, 200);
    agree(&bank, &naive).await;
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn runs_are_what_their_units_would_be(
        a in vec((1..4_u32, 1..9_u32), 1..4),
        b in vec((1..4_u32, 1..9_u32), 0..4),
        points in vec(1..4_i64, 6),
        acts in vec(act(), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(the_same_as_unit_by_unit([a, b], &points, &acts));
    }
}

#[tokio::test]
async fn ten_thousand_units_are_one_row_and_a_small_request() {
    let bank = bank().await;
    let rows = || bank.embedded.book.table("accrual_run").unwrap();
    let (_, earned) = bank.earn(ORDER, &[("A#1..A#10000", 3)]).await;
    assert_eq!(earned["points"], 30_000);
    assert_eq!(rows().len(), 1);
    assert!(earned.to_string().len() < 200, "{earned}");
    let path = "/v1/earning-reversals";
    bank.units(path, ORDER, "r-1", &["A#5000..A#5001"]).await;
    assert_eq!(rows().len(), 3);
    let path = "/v1/earning-maturities";
    let (_, matured) = bank.units(path, ORDER, "cap-1", &["A#1..A#10000"]).await;
    assert_eq!(matured["points"], 29_994);
    assert_eq!(rows().len(), 3);
    let (_, earned) = bank.get("/v1/earnings?order=o-1").await;
    let run =
        |units: &str, status: &str| json!({"units": units, "points_each": 3, "status": status});
    let runs = json!([
        run("A#1..A#4999", "available"),
        run("A#5000..A#5001", "cancelled"),
        run("A#5002..A#10000", "available"),
    ]);
    assert_eq!(earned["runs"], runs);
    assert_eq!(bank.balance().await, [31_494, 0, 0, 0]);
}

#[tokio::test]
async fn a_unit_that_is_named_twice_is_refused_with_words() {
    let bank = bank().await;
    let twice = [("A#1..A#3", 1), ("B#1", 1), ("A#3", 1)];
    let units = twice.map(|(units, _points)| units);
    bank.hold("o-2", 100).await;
    bank.of_order("/v1/redemption-captures", "o-2").await;
    for (status, error) in [
        bank.earn(ORDER, &twice).await,
        bank.refund("o-2", "r-1", &twice).await,
        bank.units("/v1/earning-maturities", ORDER, "c-1", &units)
            .await,
        bank.units("/v1/earning-reversals", ORDER, "r-1", &units)
            .await,
    ] {
        assert_eq!(
            (status, &error["error"]["code"]),
            (422, &json!("wrong_units"))
        );
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.contains("A#3 is named more than once"), "{message}");
    }
    assert_eq!(bank.balance().await, [1_400, 0, 0, 0]);
}
