//! A step that takes the process down at every start: it waits on the desk, while everybody else is served.

use super::audit::Snapshot;
use super::crash::{is_killed, life};
use super::journey::{Journey, Story, g1};
use super::process::{Env, Process, env, run, said};
use super::shop::{ConnectionLost, Shop};
use super::wait;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Only orders that redeem points come here.
const DEADLY: &str = "place-order/hold-points/after-intent";

#[test]
fn a_step_that_kills_three_processes_waits_on_the_desk_of_the_fourth_which_serves_everybody_else() {
    let folder = TempDir::new().unwrap();
    let deadly = env(&[("CRASH_AT", DEADLY)]);
    let mut journey = Journey::of(Story::Golden);
    for _with_others_again_and_alone in 0..3 {
        is_killed(life(folder.path(), &mut journey, &deadly)).unwrap();
    }

    let fourth = Process::up(folder.path(), &["serve"], &deadly);
    let shop = Shop::of(&fourth);
    let stuck = wait(parked(&shop)).unwrap();
    assert_eq!(stuck["parked"][0]["code"], "process_deaths");
    let (listed, stdout, stderr) = run(folder.path(), &["exceptions", "list"], &Env::new());
    assert!(listed.success(), "{stderr}");
    for wanted in ["hold-points", "process_deaths", "then retry the node"] {
        assert!(stdout.contains(wanted), "{wanted} is not in {stdout}");
    }
    wait(bob_buys_without_points(&shop)).unwrap();
    assert!(fourth.stop().success(), "{}", said(folder.path()));

    // Mended, and let go on: the customer's order goes its way as if nothing had been.
    let fifth = Process::up(folder.path(), &["serve"], &Env::new());
    let id = stuck["instance"]["id"].as_str().unwrap();
    let retry = ["exceptions", "retry", id, "--by", "mara", "--why", "mended"];
    let (retried, _, stderr) = run(folder.path(), &retry, &Env::new());
    assert!(retried.success(), "{stderr}");
    wait(journey.go_on(&Shop::of(&fifth))).unwrap();
    assert!(fifth.stop().success(), "{}", said(folder.path()));
    let snapshot = wait(Snapshot::taken(folder.path()));
    for (effect, count) in [
        ("loyalty hold captured", 1),
        ("loyalty burn", 1),
        ("payment payments", 2),
    ] {
        assert_eq!(snapshot.count(effect), count, "{effect} in {snapshot:#?}");
    }
}

/// The one thing that waits for a person.
async fn parked(shop: &Shop) -> Result<Value, ConnectionLost> {
    shop.until("order", "the step to be found out", async || {
        let desk = shop.ask("/exceptions").await?;
        Ok(desk.json.pointer("/items/0").cloned())
    })
    .await
}

/// The same workflow, past the same step.
async fn bob_buys_without_points(shop: &Shop) -> Result<(), ConnectionLost> {
    let bob = shop.web("cust-bob/member-bob").await?;
    let mut basket = g1();
    basket["redeemPoints"] = Value::Null;
    let quoted = bob
        .post("/ecommerce/v1/quotes", None, &basket)
        .await?
        .good();
    let checkout = json!({
        "quoteId": quoted.text("/quoteId"), "channelRef": "web-bob", "tender": { "token": "tok_visa" },
    });
    let placed = bob
        .post("/ecommerce/v1/orders", Some("bob-1"), &checkout)
        .await?;
    assert_eq!(placed.status, 201, "{}", placed.text);
    shop.until("order", "Bob's order to be handed over", async || {
        let ended = shop
            .ask("/workflows?workflow=place-order&status=completed")
            .await?;
        Ok(ended.json.pointer("/items/0").map(drop))
    })
    .await
}
