//! Who asked for what, as an operator verifies it: in the months of the archive too.

use super::process::{Env, Process, env, run, said};
use super::shop::Shop;
use super::wait;
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;

/// A month's rows of the chains; none while there is no file, or no row in it.
fn archived(folder: &Path) -> Option<Connection> {
    let months = std::fs::read_dir(folder).unwrap();
    let names = months.map(|month| month.unwrap().path());
    let month = names.into_iter().find(|file| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.starts_with("archive-system-") && name.ends_with(".db")
    })?;
    let conn = Connection::open(month).unwrap();
    let rows = conn.query_row("SELECT count(*) FROM archived_audit", [], |row| {
        row.get::<_, i64>(0)
    });
    (rows.ok()? > 0).then_some(conn)
}

#[test]
fn a_row_that_was_changed_in_the_archive_is_found() {
    let folder = TempDir::new().unwrap();
    let at_once = env(&[
        ("CROSSDOCK__STORE__ARCHIVE__AFTER", "0s"),
        ("CROSSDOCK__STORE__ARCHIVE__EVERY", "100ms"),
    ]);
    let verify = || run(folder.path(), &["audit", "verify"], &Env::new());
    let process = Process::up(folder.path(), &["serve"], &at_once);
    let shop = Shop::of(&process);
    let place = ["order", "place", "--sku", "A-1=1"];
    let (placed, _, stderr) = run(folder.path(), &place, &Env::new());
    assert!(placed.success(), "{stderr}");
    let left = shop.until("order", "audit rows to leave", async || {
        Ok(archived(folder.path()).map(drop))
    });
    wait(left).unwrap();
    let (verified, table, stderr) = verify();
    assert!(verified.success(), "{stderr}");
    assert!(
        table.contains("process") && table.contains("system"),
        "{table}"
    );
    assert!(process.stop().success(), "{}", said(folder.path()));

    let change = "UPDATE archived_audit SET caller = 'nobody'
        WHERE place = (SELECT max(place) FROM archived_audit)";
    let changed = archived(folder.path()).unwrap().execute(change, []);
    assert_eq!(changed.unwrap(), 1);
    let process = Process::up(folder.path(), &["serve"], &Env::new());
    let (found, _, why) = verify();
    assert_eq!(found.code(), Some(1), "{why}");
    assert!(
        why.contains("system.db: row ") && why.contains("its seal does not fit"),
        "{why}"
    );
    assert!(process.stop().success(), "{}", said(folder.path()));
}
