//! What a person did by hand is said with the command that the next action names, and the case is closed.

use super::process::{Env, Process, run, said};
use super::shop::{ConnectionLost, Shop};
use super::wait;
use serde_json::{Value, json};
use tempfile::TempDir;

#[test]
fn an_operator_says_what_came_of_a_case_and_it_is_off_the_desk() {
    let folder = TempDir::new().unwrap();
    let process = Process::up(folder.path(), &["serve"], &Env::new());
    let shop = Shop::of(&process);
    let unknown = json!({ "merchant_account": "acme", "amount": 9_647 });
    wait(shop.hears("msg_1", "payout.failed", &unknown)).unwrap();
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

/// The one thing that waits for a person.
async fn case(shop: &Shop) -> Result<Value, ConnectionLost> {
    shop.until("order", "the message to be a case", async || {
        let desk = shop.ask("/exceptions").await?;
        Ok(desk.json.pointer("/items/0").cloned())
    })
    .await
}
