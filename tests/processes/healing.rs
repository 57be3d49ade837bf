//! What becomes of orders when the system tier's store is lost, replaced, or an older copy of itself.

use super::audit::Snapshot;
use super::folder::order;
use super::process::{Env, Process, env, run, said};
use super::relay::Relay;
use super::shop::{ConnectionLost, Shop};
use super::wait;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use tokio::runtime::Builder;

/// The store with everything beside it.
const STORE: [&str; 4] = ["system.db", "system.db-wal", "system.db-shm", "system.head"];

/// A secret that webhooks were signed with before.
const REPLACED: &str = "whsec_cmVwbGFjZWQgcmVwbGFjZWQgcmVwbGFjZWQgcmVwbGFjZWQ=";

/// A backend that moves nothing by itself: what is placed stays open.
fn still() -> Env {
    env(&[("CROSSDOCK__BACKENDS__AUTO_PILOT", "0s")])
}

/// A life of the process over that folder, in which orders are placed, and everything settles unless nothing moves.
fn life(folder: &Path, habits: &Env, keys: &[&str]) {
    let process = Process::up(folder, &["serve"], habits);
    let shop = Shop::of(&process);
    for key in keys {
        assert_eq!(wait(order(&shop, key)).unwrap().status, 201, "{key}");
    }
    if habits.is_empty() {
        wait(settled(&shop));
    } else {
        wait(shop.settled(&["place-order"])).unwrap();
    }
    assert!(process.stop().success(), "{}", said(folder));
}

/// How many workflows of that name have completed.
async fn completed(shop: &Shop, workflow: &str) -> Result<usize, ConnectionLost> {
    listed(shop, &format!("{workflow}&status=completed")).await
}

async fn listed(shop: &Shop, which: &str) -> Result<usize, ConnectionLost> {
    let path = format!("/workflows?workflow={which}&limit=200");
    let listed = shop.ask(&path).await?;
    Ok(listed.json["items"].as_array().map_or(0, Vec::len))
}

/// Until every order that there is has shipped and its points have matured; nobody is needed for any of them.
async fn settled(shop: &Shop) {
    let all = shop.until("loyalty", "every order to settle", async || {
        // Those under way too: else one that is still placed is not waited for.
        let placed = listed(shop, "place-order").await?;
        let shipped = completed(shop, "fulfil-shipment").await?;
        let matured = completed(shop, "mature-points").await?;
        Ok((placed > 0 && shipped == placed && matured == placed).then_some(()))
    });
    all.await.unwrap();
    let ran = ["place-order", "fulfil-shipment"];
    shop.settled(&ran).await.unwrap();
    let exceptions = shop.ask("/exceptions").await.unwrap();
    let open = exceptions.json["items"].as_array().map_or(0, Vec::len);
    assert_eq!(open, 0, "{}", exceptions.text);
}

/// What the books hold of those orders where nothing happened to the store in between.
fn undisturbed(lives: &[(&Env, &[&str])]) -> Snapshot {
    let folder = TempDir::new().unwrap();
    for (habits, keys) in lives {
        life(folder.path(), habits, keys);
    }
    wait(Snapshot::taken(folder.path()))
}

/// The books are those of the undisturbed lives, and the log says what was found and done.
fn assert_healed(folder: &Path, whole: &Snapshot, orders: usize) {
    let found = wait(Snapshot::taken(folder));
    assert_eq!(found.starting("oms shipment"), orders, "{found:?}");
    assert_eq!(found.count("payment captures settled"), orders, "{found:?}");
    assert!(found == *whole, "{}", whole.differences(&found));
    let log = said(folder);
    for words in [
        "is not the one that was read",
        "read again from their beginning",
        "messages of a backend were taken",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
}

fn remove(folder: &Path) {
    for name in STORE {
        if folder.join(name).exists() {
            fs::remove_file(folder.join(name)).unwrap();
        }
    }
}

/// Puts a copy of the store that lies elsewhere in its place.
fn replace(folder: &Path, from: &Path) {
    remove(folder);
    for name in STORE {
        if from.join(name).exists() {
            fs::copy(from.join(name), folder.join(name)).unwrap();
        }
    }
}

#[test]
fn a_lost_store_of_the_system_tier_costs_no_order_and_doubles_nothing() {
    let moving = Env::new();
    let first: &[&str] = &["shipped-1", "shipped-2"];
    let open: &[&str] = &["open-1", "open-2"];
    let last: &[&str] = &["after-1"];
    let root = TempDir::new().unwrap();
    let folder = root.path().join("data");
    life(&folder, &moving, first);
    life(&folder, &still(), open);
    let head = folder.join("system.head");
    let kept = fs::read(&head).unwrap();
    remove(&folder);
    // With its head it is a store that has lost what it promised: refused, with the way on.
    fs::write(&head, kept).unwrap();
    let (status, _, refused) = run(&folder, &["serve"], &moving);
    assert_eq!(status.code(), Some(1), "{refused}");
    assert!(
        refused.contains("go on from what the backends know: remove"),
        "{refused}"
    );
    assert!(refused.contains("system.head"), "{refused}");
    remove(&folder);
    life(&folder, &moving, last);
    let whole = undisturbed(&[(&moving, first), (&still(), open), (&moving, last)]);
    assert_healed(&folder, &whole, 5);
}

#[test]
fn an_older_copy_of_the_store_is_noticed_and_healed() {
    let moving = Env::new();
    let root = TempDir::new().unwrap();
    let (folder, aside) = (root.path().join("data"), root.path().join("aside"));
    life(&folder, &moving, &["early-1"]);
    fs::create_dir(&aside).unwrap();
    replace(&aside, &folder);
    life(&folder, &moving, &["lost-1", "lost-2"]);
    life(&folder, &still(), &["open-1"]);
    replace(&folder, &aside);
    life(&folder, &moving, &["after-1"]);
    let whole = undisturbed(&[
        (&moving, &["early-1"]),
        (&moving, &["lost-1", "lost-2"]),
        (&still(), &["open-1"]),
        (&moving, &["after-1"]),
    ]);
    assert_healed(&folder, &whole, 5);
}

#[test]
fn the_store_of_another_folder_is_noticed_and_healed() {
    let moving = Env::new();
    let root = TempDir::new().unwrap();
    let (folder, other) = (root.path().join("data"), root.path().join("other"));
    life(&folder, &moving, &["ours-1", "ours-2"]);
    life(&folder, &still(), &["open-1"]);
    // The other's backends give their documents the same numbers.
    life(
        &other,
        &moving,
        &["theirs-1", "theirs-2", "theirs-3", "theirs-4"],
    );
    replace(&folder, &other);
    life(&folder, &moving, &["after-1"]);
    let whole = undisturbed(&[
        (&moving, &["ours-1", "ours-2"]),
        (&still(), &["open-1"]),
        (&moving, &["after-1"]),
    ]);
    assert_healed(&folder, &whole, 4);
}

#[test]
fn webhooks_that_never_arrive_are_asked_for() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let root = TempDir::new().unwrap();
    let (books, data) = (root.path().join("books"), root.path().join("data"));
    // The backends sign with secrets that were replaced on this side, so that every webhook is refused.
    let relay = runtime.block_on(Relay::open());
    let mut theirs = env(&[(
        "CROSSDOCK__BACKENDS__HOOKS_URL",
        &format!("http://{}", relay.address),
    )]);
    let mut ours = env(&[("CROSSDOCK__WEBHOOKS__CATCH_UP", "1s")]);
    for domain in ["OMS", "PAYMENT"] {
        let name = format!("CROSSDOCK__{domain}__CONNECTORS__MAIN__WEBHOOK_SECRET");
        theirs.push((name, REPLACED.to_owned()));
    }
    let backends = Process::up(&books, &["backends"], &theirs);
    for domain in ["ERP", "OMS", "LOYALTY", "PAYMENT", "CUSTOMER", "TAX"] {
        let name = format!("CROSSDOCK__{domain}__CONNECTORS__MAIN__BASE_URL");
        let address = backends.address("backends");
        ours.push((
            name,
            format!("http://{address}/{}/main", domain.to_lowercase()),
        ));
    }
    let process = Process::up(&data, &["serve"], &ours);
    relay.leads_to(&process.address("hooks"));
    let shop = Shop::of(&process);
    assert_eq!(wait(order(&shop, "web-1")).unwrap().status, 201);
    wait(settled(&shop));
    assert!(process.stop().success());
    assert!(backends.stop().success());
    let log = said(&data);
    assert!(
        log.contains("messages of a backend were taken that had not arrived"),
        "{log}"
    );
}
