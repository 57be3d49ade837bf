//! A store with damage that its start had no time to find.

use super::folder::{order, until_ready_is};
use super::process::{Env, Process};
use super::shop::Shop;
use super::wait;
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;

/// More than is looked at in the time that a start has for it, in the first table that is looked at.
const LARGE: &str = "
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
INSERT INTO meta (name, value) SELECT 'nobody reads ' || i, i FROM n;";

/// Makes it large, and changes what the last event says.
fn damage(database: &Path) {
    let conn = Connection::open(database).unwrap();
    conn.execute_batch(LARGE).unwrap();
    let change = "UPDATE event SET data = '{}' WHERE place = (SELECT max(place) FROM event)";
    assert_eq!(conn.execute(change, []).unwrap(), 1);
    conn.close().unwrap();
}

#[test]
fn damage_that_the_start_had_no_time_to_find_is_said_and_no_order_is_taken_over_it() {
    let folder = TempDir::new().unwrap();
    let process = Process::up(folder.path(), &["serve"], &Env::new());
    let shop = Shop::of(&process);
    assert_eq!(wait(order(&shop, "before")).unwrap().status, 201);
    wait(shop.settled(&["place-order", "fulfil-shipment"])).unwrap();
    assert!(process.stop().success());
    damage(&folder.path().join("process.db"));

    let process = Process::up(folder.path(), &["serve"], &Env::new());
    let shop = Shop::of(&process);
    let words = until_ready_is(&process, 503);
    for said in [
        "process.db",
        "of table event is not what was written",
        "crossdock restore",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    let refused = wait(order(&shop, "after")).unwrap();
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(process.stop().success());
}
