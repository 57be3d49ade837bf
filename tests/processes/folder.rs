//! A process and its folder: a disk that refuses, neighbours in the same folder, backups and their restoring.
//!
//! Permissions do not bind root, so a full disk is played by a limit on the size of files (`prlimit`), lifted from outside while
//! the process runs; the signal that comes with it is ignored by the shell that starts the process, so that the write fails as on
//! a full disk.

use super::audit::Snapshot;
use super::journey::{Journey, Story, g1};
use super::process::{Env, Process, env, run, said};
use super::shop::{Answer, ConnectionLost, Shop, endpoint};
use super::wait;
use crossdock_model::Clock as _;
use crossdock_runtime::SystemClock;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// A write beyond the limit is to fail, as on a full disk, and not to kill.
const IGNORE_LIMIT: &str = "trap '' XFSZ";

/// How often somebody looks before a test gives up.
const LOOKS: usize = 200;
/// How long until somebody looks again at a process that does not say by itself how it is.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// What `/readyz` answers.
fn readiness(process: &Process) -> (u16, String) {
    let operations = endpoint(&process.address("operations"));
    let reply = wait(operations.get("/readyz").send()).expect("it answers");
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    (reply.status.as_u16(), text)
}

/// Looks until readiness is that status; answers its words.
pub(super) fn until_ready_is(process: &Process, status: u16) -> String {
    let mut last = (0, String::new());
    for _look in 0..LOOKS {
        last = readiness(process);
        if last.0 == status {
            return last.1;
        }
        let clock = SystemClock::new();
        let next = clock.now().saturating_add(BETWEEN_LOOKS);
        wait(async { clock.sleep_until(next.unwrap()).await });
    }
    panic!(
        "readyz is not {status} but {last:?}\n{}",
        said(&process.folder)
    );
}

/// Lets no file of the process grow beyond that: `4096`, or `unlimited`.
fn limit_files(process: &Process, bytes: &str) {
    let limited = Command::new("prlimit")
        .arg(format!("--fsize={bytes}:unlimited"))
        .args(["--pid", &process.id().to_string()])
        .status();
    assert!(limited.expect("prlimit is there").success());
}

/// A quote without points; not always a good one.
async fn quote(shop: &Shop) -> Result<Answer, ConnectionLost> {
    let mut basket = g1();
    basket["redeemPoints"] = json!(null);
    let web = shop.web("cust-ada/member-ada").await?;
    web.post("/ecommerce/v1/quotes", None, &basket).await
}

/// Checks out under a key of its own.
async fn check_out(shop: &Shop, quote: &str, key: &str) -> Result<Answer, ConnectionLost> {
    let checkout =
        json!({ "quoteId": quote, "channelRef": key, "tender": { "token": "tok_visa" } });
    let web = shop.web("cust-ada/member-ada").await?;
    web.post("/ecommerce/v1/orders", Some(key), &checkout).await
}

/// Quotes and checks out; answers what went wrong first, or the order.
pub(super) async fn order(shop: &Shop, key: &str) -> Result<Answer, ConnectionLost> {
    let quoted = quote(shop).await?;
    if quoted.status >= 300 {
        return Ok(quoted);
    }
    check_out(shop, &quoted.text("/quoteId"), key).await
}

#[test]
fn a_full_disk_is_said_at_once_and_when_there_is_room_again_all_goes_on() {
    let folder = TempDir::new().unwrap();
    let process = Process::up_after(folder.path(), IGNORE_LIMIT, &["serve"], &Env::new());
    let shop = Shop::of(&process);
    assert_eq!(wait(order(&shop, "before")).unwrap().status, 201);
    wait(shop.settled(&["place-order", "fulfil-shipment"])).unwrap();
    assert_eq!(readiness(&process).0, 200);

    let quoted = wait(quote(&shop)).unwrap().good().text("/quoteId");
    limit_files(&process, "4096");
    let first = wait(check_out(&shop, &quoted, "full-0")).unwrap();
    assert_eq!(first.status, 503, "{}", first.text);
    let words = until_ready_is(&process, 503);
    assert!(words.contains("process.db cannot be written"), "{words}");
    assert!(words.contains("goes on by itself"), "{words}");
    for n in 1..4 {
        let refused = wait(check_out(&shop, &quoted, &format!("full-{n}"))).unwrap();
        assert_eq!(refused.status, 503, "{}", refused.text);
        assert_eq!(refused.text("/code"), "unavailable");
        assert!(refused.retry_after.is_some(), "{}", refused.text);
    }
    assert_eq!(
        wait(
            endpoint(&process.address("operations"))
                .get("/healthz")
                .send()
        )
        .unwrap()
        .status,
        200
    );

    limit_files(&process, "unlimited");
    until_ready_is(&process, 200);
    assert_eq!(wait(order(&shop, "full-1")).unwrap().status, 201);
    wait(shop.settled(&["place-order", "fulfil-shipment"])).unwrap();
    assert!(process.stop().success());
    let log = said(folder.path());
    let lines = |what: &str| {
        let of_process = |line: &&str| line.contains(what) && line.contains("process.db");
        log.lines().filter(of_process).count()
    };
    assert_eq!(lines("the store cannot write"), 1, "{log}");
    assert_eq!(lines("the store can write again"), 1, "{log}");
}

#[test]
fn a_start_over_a_full_disk_listens_says_so_and_recovers() {
    let folder = TempDir::new().unwrap();
    let first = Process::up(folder.path(), &["serve"], &Env::new());
    assert_eq!(
        wait(order(&Shop::of(&first), "before")).unwrap().status,
        201
    );
    assert!(first.stop().success());
    // Room for the index of a log, not for the log of a probe; the limit in force, so that it can be lifted.
    let limited = format!("{IGNORE_LIMIT}; ulimit -S -f 128");
    let process = Process::up_after(folder.path(), &limited, &["serve"], &Env::new());
    let words = until_ready_is(&process, 503);
    assert!(words.contains("process.db cannot be written"), "{words}");
    limit_files(&process, "unlimited");
    until_ready_is(&process, 200);
    let shop = Shop::of(&process);
    assert_eq!(wait(order(&shop, "after")).unwrap().status, 201);
    wait(shop.settled(&["place-order", "fulfil-shipment"])).unwrap();
    assert!(process.stop().success());
}

#[test]
fn a_folder_that_vanishes_is_not_ready_and_takes_no_order() {
    let root = TempDir::new().unwrap();
    let (folder, aside) = (root.path().join("data"), root.path().join("aside"));
    let process = Process::up(&folder, &["serve"], &Env::new());
    let shop = Shop::of(&process);
    fs::rename(&folder, &aside).unwrap();
    let words = until_ready_is(&process, 503);
    assert!(words.contains("its file is gone"), "{words}");
    assert_eq!(wait(order(&shop, "lost")).unwrap().status, 503);
    fs::rename(&aside, &folder).unwrap();
    until_ready_is(&process, 200);
    assert_eq!(wait(order(&shop, "lost")).unwrap().status, 201);
    assert!(process.stop().success());
}

#[test]
fn where_no_store_can_be_opened_the_process_ends_with_words() {
    let root = TempDir::new().unwrap();
    let folder = root.path().join("data");
    fs::write(&folder, "a file where the folder should be").unwrap();
    let (status, _, stderr) = run(&folder, &["serve"], &Env::new());
    assert_eq!(status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("the data folder"), "{stderr}");
}

#[test]
fn a_neighbour_in_the_same_folder_takes_nobodys_run_file() {
    let folder = TempDir::new().unwrap();
    let at = |tier: &str| folder.path().join(format!("run-{tier}.json"));
    let pid_in = |tier: &str| {
        let file = fs::read(at(tier)).unwrap();
        let run: serde_json::Value = serde_json::from_slice(&file).unwrap();
        run["pid"].as_u64().unwrap()
    };
    let secret = (
        "CROSSDOCK__TIER__SECRET",
        "a secret that both share, long enough",
    );
    let below = ["serve", "--tier", "process", "--tier", "system"];
    let below = Process::up(folder.path(), &below, &env(&[secret]));
    let internal = format!("http://{}", below.address("internal"));
    let above = env(&[
        secret,
        ("CROSSDOCK__TIER__REMOTE__PROCESS", &internal),
        ("CROSSDOCK__TIER__REMOTE__SYSTEM", &internal),
    ]);
    let channels = ["serve", "--tier", "experience"];
    let front = Process::up(folder.path(), &channels, &above);
    assert_eq!(pid_in("process"), u64::from(below.id()));
    assert_eq!(pid_in("system"), u64::from(below.id()));
    assert_eq!(pid_in("experience"), u64::from(front.id()));
    // Each command finds the process that can answer it.
    for command in [
        &["order", "place", "--sku", "A-1=1"][..],
        &["workflows", "list"],
        &["events", "tail", "--once"],
    ] {
        let (status, _, stderr) = run(folder.path(), command, &Env::new());
        assert!(status.success(), "{command:?}: {stderr}");
    }
    // A third of a tier that is served already is told so, and changes nothing.
    let (status, _, stderr) = run(folder.path(), &channels, &above);
    assert_eq!(status.code(), Some(1));
    assert!(
        stderr.contains("is in use by another crossdock process"),
        "{stderr}"
    );
    assert_eq!(pid_in("experience"), u64::from(front.id()));
    // Who leaves takes only its own.
    assert!(front.stop().success());
    assert!(!at("experience").exists() && at("process").exists() && at("system").exists());
    assert!(below.stop().success());
    assert!(!at("process").exists() && !at("system").exists());
}

/// Places orders until told to stop; answers those that were accepted.
fn under_load<T>(shop: &Shop, during: impl FnOnce() -> T) -> (Vec<String>, T) {
    let enough = std::sync::atomic::AtomicBool::new(false);
    let (tell, accepted) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let enough = &enough;
        let buyer = scope.spawn(move || {
            let mut orders = Vec::new();
            for n in 0.. {
                if enough.load(std::sync::atomic::Ordering::Relaxed) {
                    break;
                }
                let placed = wait(order(shop, &format!("load-{n}"))).unwrap();
                if placed.status == 201 {
                    orders.push(placed.text("/id"));
                    // Who waits for some of them may have gone by the time of the others.
                    let _listened = tell.send(());
                }
            }
            orders
        });
        for _order in 0..5 {
            accepted.recv().unwrap();
        }
        let done = during();
        enough.store(true, std::sync::atomic::Ordering::Relaxed);
        (buyer.join().unwrap(), done)
    })
}

fn backed_up(folder: &Path, to: &Path) -> (Option<i32>, String) {
    let (status, _, stderr) = run(folder, &["backup", &to.to_string_lossy()], &Env::new());
    (status.code(), stderr)
}

fn restored(folder: &Path, from: &Path, more: &[&str]) -> (Option<i32>, String) {
    let from = from.to_string_lossy();
    let command = [&["restore", &*from], more].concat();
    let (status, _, stderr) = run(folder, &command, &Env::new());
    (status.code(), stderr)
}

/// What has ended leaves for the archive at once.
fn archiving() -> Env {
    env(&[
        ("CROSSDOCK__STORE__ARCHIVE__AFTER", "0s"),
        ("CROSSDOCK__STORE__ARCHIVE__EVERY", "100ms"),
    ])
}

/// The files of the archive's months in a folder.
fn months(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_month = |name: &String| {
        let month = name.strip_prefix("archive-");
        month.is_some_and(|month| month.strip_suffix(".db").is_some())
    };
    let mut months: Vec<String> = names.filter(is_month).collect();
    months.sort();
    months
}

/// Looks until something has left for the archive.
fn until_archived(folder: &Path) {
    for _look in 0..LOOKS {
        if !months(folder).is_empty() {
            return;
        }
        let clock = SystemClock::new();
        let next = clock.now().saturating_add(BETWEEN_LOOKS);
        wait(async { clock.sleep_until(next.unwrap()).await });
    }
    panic!("nothing was archived\n{}", said(folder));
}

/// Of the orders that were accepted, those that the restored shop holds settle, and it takes another one.
async fn what_it_holds_settles(shop: &Shop, accepted: &[String]) {
    let web = shop.web("cust-ada/member-ada").await.unwrap();
    let mut held = 0;
    for id in accepted {
        let path = format!("/ecommerce/v1/orders/{id}");
        let found = web.get(&path).await.unwrap();
        // Accepted after the moment of the backup, or settled.
        assert!([200, 404].contains(&found.status), "{}", found.text);
        if found.status == 200 {
            held += 1;
            let ships = shop.until("order", "the order to ship", async || {
                let found = web.get(&path).await?.good();
                let units = found.json["units"].as_array().cloned().unwrap_or_default();
                Ok(units
                    .iter()
                    .all(|unit| unit["state"] == "shipped")
                    .then_some(()))
            });
            ships.await.unwrap();
        }
    }
    assert!(
        held > 0,
        "the backup holds none of {} orders",
        accepted.len()
    );
    assert_eq!(order(shop, "anew").await.unwrap().status, 201);
    shop.settled(&["place-order", "fulfil-shipment"])
        .await
        .unwrap();
}

#[test]
fn a_backup_under_load_restores_to_a_shop_that_settles_all_it_holds() {
    let root = TempDir::new().unwrap();
    let (folder, to) = (root.path().join("data"), root.path().join("backup"));
    let process = Process::up(&folder, &["serve"], &archiving());
    let shop = Shop::of(&process);
    let (accepted, (code, said_so)) = under_load(&shop, || {
        until_archived(&folder);
        backed_up(&folder, &to)
    });
    assert_eq!(code, Some(0), "{said_so}");
    assert!(!accepted.is_empty());
    assert!(!months(&to).is_empty(), "{said_so}");
    let (code, refused) = backed_up(&folder, &to);
    assert_eq!(code, Some(4), "{refused}");
    assert!(refused.contains("exists already"), "{refused}");
    wait(shop.settled(&["place-order"])).unwrap();
    // In use, and not empty.
    let (code, refused) = restored(&folder, &to, &["--force"]);
    assert_eq!(code, Some(4), "{refused}");
    assert!(refused.contains("runs over"), "{refused}");
    assert!(process.stop().success());
    let (code, refused) = restored(&folder, &to, &[]);
    assert_eq!(code, Some(4), "{refused}");
    assert!(refused.contains("is not empty"), "{refused}");

    let anew = root.path().join("anew");
    let (code, said_so) = restored(&anew, &to, &[]);
    assert_eq!(code, Some(0), "{said_so}");
    assert_eq!(months(&anew), months(&to));
    let second = Process::up(&anew, &["serve"], &archiving());
    let shop = Shop::of(&second);
    wait(shop.settled(&["place-order"])).unwrap();
    wait(what_it_holds_settles(&shop, &accepted));
    assert!(second.stop().success());
    assert!(wait(Snapshot::taken(&anew)).starting("oms shipment") > 0);
}

#[test]
fn an_altered_backup_is_refused_by_the_name_of_the_file_and_nothing_is_touched() {
    let root = TempDir::new().unwrap();
    let (folder, to) = (root.path().join("data"), root.path().join("backup"));
    let process = Process::up(&folder, &["serve"], &Env::new());
    wait(Journey::of(Story::Declined).go_on(&Shop::of(&process))).unwrap();
    assert_eq!(backed_up(&folder, &to).0, Some(0));
    assert!(process.stop().success());
    for name in ["system.db", "books/erp-main.db", "quote.key"] {
        let file = to.join(name);
        let whole = fs::read(&file).unwrap();
        let mut altered = whole.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        fs::write(&file, altered).unwrap();
        let anew = root.path().join("anew");
        let (code, refused) = restored(&anew, &to, &[]);
        assert_eq!(code, Some(4), "{name}: {refused}");
        assert!(
            refused.contains(name) && refused.contains("SHA-256"),
            "{refused}"
        );
        assert!(!anew.exists());
        fs::write(&file, whole).unwrap();
    }
    // What was in the way is kept.
    let (code, said_so) = restored(&folder, &to, &["--force"]);
    assert_eq!(code, Some(0), "{said_so}");
    assert!(said_so.contains("before-restore-"), "{said_so}");
    let again = Process::up(&folder, &["serve"], &Env::new());
    assert_eq!(wait(order(&Shop::of(&again), "again")).unwrap().status, 201);
    assert!(again.stop().success());
}
