//! The look at a file before it is served: nothing acknowledged is missing, nothing is damaged as far as time allows.

use super::connection;
use super::error::{RESTORE, is_damage};
use super::head::{Commit, Head};
use crate::StoreError;
use rusqlite::{Connection, ErrorCode};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// No alarm is as exact as a shorter limit: that one is over when the look begins.
const SHORTEST: Duration = Duration::from_millis(1);

/// After how many steps of SQLite it is asked whether time is up. A page of a tree is one, and may have to come from the disk.
const STEPS: i32 = 16;

/// Reads the rows of the table with that name, where they have checksums, and fails at the first that is not what was written.
pub(crate) type RowCheck = fn(&Connection, &str) -> rusqlite::Result<()>;

/// How much of a file was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looked {
    /// All of it, or as asked nothing.
    AsAsked,
    /// Not all of it, for want of time.
    InPart,
}

/// What is looked at when a file is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StartCheck {
    /// How long the look for damage may hold the start up, before it goes on beside the orders; zero leaves it out.
    pub(crate) within: Duration,
    /// The rows that are looked at.
    pub(crate) rows: RowCheck,
}

impl StartCheck {
    /// Refuses a file that is damaged, or behind what was acknowledged; returns what notes its further commits.
    pub(crate) fn run(self, database: &Path) -> Result<(Head, Looked), StoreError> {
        let (head, acknowledged) = Head::open(database)?;
        let is_new = !database.metadata().is_ok_and(|file| file.len() > 0);
        let mut conn = if is_new {
            None
        } else {
            Some(connection::for_the_start(database)?)
        };
        let stored = conn.as_ref().map_or(Ok(Commit(0)), Head::stored);
        let stored = stored.map_err(|error| refusal(database, error))?;
        match acknowledged {
            Some(acknowledged) if acknowledged > stored => {
                return Err(behind(database, &head, acknowledged, stored));
            }
            None if stored > Commit(0) => {
                tracing::warn!(file = %head.path().display(), "missing or torn: whether anything acknowledged is lost cannot be told this time");
            }
            Some(_) | None => {}
        }
        let looked = match &mut conn {
            Some(conn) if !self.within.is_zero() => self.look_for_damage(database, conn)?,
            Some(_) | None => Looked::AsAsked,
        };
        head.acknowledge(stored);
        Ok((head, looked))
    }

    fn look_for_damage(self, database: &Path, conn: &mut Connection) -> Result<Looked, StoreError> {
        let over = Arc::new(AtomicBool::new(self.within < SHORTEST));
        let (done, alarm) = (Arc::clone(&over), Arc::clone(&over));
        conn.progress_handler(STEPS, Some(move || alarm.load(Ordering::Relaxed)))?;
        let (finished, wait) = mpsc::channel::<()>();
        let looked = thread::scope(|scope| {
            scope.spawn(move || {
                if wait.recv_timeout(self.within) == Err(RecvTimeoutError::Timeout) {
                    done.store(true, Ordering::Relaxed);
                }
            });
            let looked = look_at(database, conn, |conn| everything(conn, self.rows));
            drop(finished);
            looked
        })?;
        if looked == Looked::InPart {
            tracing::info!(file = %database.display(), limit_ms = self.within.as_millis(), "too large to be looked at as a whole by the start; the look goes on beside the orders");
        }
        Ok(looked)
    }
}

/// What comes of a look that finds something wrong, or nothing: an error where something is, [`Looked::InPart`] where it was
/// interrupted.
pub(crate) fn look_at(
    database: &Path,
    conn: &Connection,
    look: impl FnOnce(&Connection) -> rusqlite::Result<Option<String>>,
) -> Result<Looked, StoreError> {
    match look(conn) {
        Ok(None) => Ok(Looked::AsAsked),
        Ok(Some(found)) => Err(damaged(database, &found)),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            Ok(Looked::InPart)
        }
        Err(error) => Err(refusal(database, error)),
    }
}

/// What is wrong first with the structure of the whole file, then with the rows of each table.
fn everything(conn: &Connection, rows: RowCheck) -> rusqlite::Result<Option<String>> {
    if let Some(found) = structure(conn, "1")? {
        return Ok(Some(found));
    }
    tables(conn)?.iter().try_for_each(|name| rows(conn, name))?;
    Ok(None)
}

/// What is wrong first with a table and its indexes, then with its rows.
pub(crate) fn table(
    conn: &Connection,
    name: &str,
    rows: RowCheck,
) -> rusqlite::Result<Option<String>> {
    if let Some(found) = structure(conn, &format!("'{name}'"))? {
        return Ok(Some(found));
    }
    rows(conn, name)?;
    Ok(None)
}

/// The names of all tables; that of the schema brings the pages that nothing uses.
pub(crate) fn tables(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql =
        "SELECT 'sqlite_schema' UNION ALL SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut statement = conn.prepare(sql)?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

/// What SQLite finds wrong first. `integrity_check` is `quick_check`, then each index against its table: a flipped key is found too.
fn structure(conn: &Connection, of: &str) -> rusqlite::Result<Option<String>> {
    let check = format!("PRAGMA integrity_check({of})");
    let found: String = conn.query_row(&check, [], |row| row.get(0))?;
    Ok((found != "ok").then_some(found))
}

fn damaged(database: &Path, found: &str) -> StoreError {
    StoreError::Corrupt(format!("{}: {found}; {RESTORE}", database.display()))
}

/// The refusal of a file after that error; one that is about disk or statement stays what it is.
fn refusal(database: &Path, error: rusqlite::Error) -> StoreError {
    if is_damage(&error) {
        damaged(database, &error.to_string())
    } else {
        error.into()
    }
}

fn behind(database: &Path, head: &Head, acknowledged: Commit, stored: Commit) -> StoreError {
    let missing = acknowledged.0 - stored.0;
    StoreError::Corrupt(format!(
        "{} ends at commit {} and {} says that {} was acknowledged: the last {missing} are missing, because the -wal file was cut or an \
         older copy was put in place; put back the newest file with its -wal, or to go on without what is missing {RESTORE}",
        database.display(),
        stored.0,
        head.path().display(),
        acknowledged.0
    ))
}
