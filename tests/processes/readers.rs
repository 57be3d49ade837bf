//! Who reads the feeds, as an operator sees it, and letting go of a reader that will not come back.

use super::process::{Env, Process, run, said};
use super::shop::Shop;
use super::wait;
use tempfile::TempDir;

#[test]
fn an_operator_sees_every_reader_and_forgets_one() {
    let folder = TempDir::new().unwrap();
    let process = Process::up(folder.path(), &["serve"], &Env::new());
    let shop = Shop::of(&process);
    let registered = shop.until("order", "the readers to register", async || {
        let mut readers = 0;
        for tier in ["system", "process"] {
            let path = format!("/events/readers?tier={tier}");
            let listed = shop.ask(&path).await?.json;
            readers += listed["items"].as_array().map_or(0, Vec::len);
        }
        Ok((readers == 5).then_some(()))
    });
    wait(registered).unwrap();
    let events = |args: &[&str]| {
        let command = [&["events"], args].concat();
        run(folder.path(), &command, &Env::new())
    };
    let (listed, readers, stderr) = events(&["readers"]);
    assert!(listed.success() && stderr.is_empty(), "{stderr}");
    for name in [
        "order/oms",
        "order/payment",
        "return/payment",
        "loyalty/payment",
        "loyalty/order",
    ] {
        assert!(readers.contains(name), "{name} is not in {readers}");
    }
    let (_, of_one, _) = events(&["readers", "--feed", "oms", "--output", "json"]);
    let of_one: serde_json::Value = serde_json::from_str(&of_one).unwrap();
    assert_eq!(of_one["items"].as_array().unwrap().len(), 1);
    assert_eq!(of_one["items"][0]["behind"], 0);

    let removal = ["forget-reader", "oms", "order/oms"];
    let (forgot, _, said_so) = events(&removal);
    assert!(forgot.success(), "{said_so}");
    assert!(said_so.contains("may leave for the archive"), "{said_so}");
    let (_, readers, _) = events(&["readers"]);
    assert!(!readers.contains("order/oms"), "{readers}");
    let (again, _, why) = events(&removal);
    assert_eq!(again.code(), Some(3), "{why}");
    assert!(process.stop().success(), "{}", said(folder.path()));
}
