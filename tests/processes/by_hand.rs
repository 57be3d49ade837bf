//! What a person did by hand is said with the command that the next action names, and the case is closed.

use super::process::{Env, Process, run, said};
use super::shop::{ConnectionLost, Shop, endpoint};
use super::wait;
use crossdock_events::webhook::Secret;
use crossdock_model::Clock as _;
use crossdock_runtime::SystemClock;
use serde_json::Value;
use tempfile::TempDir;

/// The one that the shipped configuration has.
const SECRET: &str = "whsec_ZW1iZWRkZWQtcHNwLXdlYmhvb2stc2VjcmV0LTE=";

#[test]
fn an_operator_says_what_came_of_a_case_and_it_is_off_the_desk() {
    let folder = TempDir::new().unwrap();
    let process = Process::up(folder.path(), &["serve"], &Env::new());
    let shop = Shop::of(&process);
    wait(hears(&process.address("hooks")));
    let case = wait(case(&shop)).unwrap();
    assert_eq!(case["parked"][0]["code"], "webhook_unusable");
    let id = case["instance"]["id"].as_str().unwrap();
    let skip = |output: &str| {
        let said = ["--by", "mara", "--why", "paid out by hand"];
        let what = [
            "exceptions",
            "skip",
            id,
            "--node",
            "take-webhook",
            "--result",
            output,
        ];
        run(folder.path(), &[&what[..], &said[..]].concat(), &Env::new())
    };
    let (wrong, _, stderr) = skip("R-1");
    assert_eq!(wrong.code(), Some(2), "{stderr}");
    assert!(stderr.contains("a text needs its quotes"), "{stderr}");
    let (unreadable, _, stderr) = skip("7");
    assert_eq!(unreadable.code(), Some(4), "{stderr}");
    let (skipped, _, stderr) = skip("null");
    assert!(skipped.success(), "{stderr}");
    assert!(stderr.contains("is taken for done"), "{stderr}");
    let (again, _, stderr) = skip("null");
    assert_eq!(again.code(), Some(4), "{stderr}");
    let desk = wait(shop.ask("/exceptions")).unwrap();
    assert_eq!(desk.json["items"], Value::Array(Vec::new()));
    assert!(process.stop().success(), "{}", said(folder.path()));
}

/// A message of the provider's that this build does not know.
async fn hears(hooks: &str) {
    let body = r#"{"type":"payout.failed","data":{"merchant_account":"acme","amount":9647}}"#;
    let now = SystemClock::new().now();
    let signed = Secret::parse(SECRET)
        .unwrap()
        .sign("msg_1", now, body.as_bytes());
    let hooks = endpoint(hooks);
    let mut sending = hooks.post("/hooks/payment/main");
    sending.headers_mut().extend(signed);
    let sent = sending.bytes("application/json", body.into()).send().await;
    assert_eq!(sent.unwrap().status.as_u16(), 204);
}

/// The one thing that waits for a person.
async fn case(shop: &Shop) -> Result<Value, ConnectionLost> {
    shop.until("order", "the message to be a case", async || {
        let desk = shop.ask("/exceptions").await?;
        Ok(desk.json.pointer("/items/0").cloned())
    })
    .await
}
