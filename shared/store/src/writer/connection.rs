//! Opening a SQLite file the way a store of record needs it, and checking that SQLite agreed.

use super::error::unwritable;
use super::head::Head;
use super::meter::Meter;
use super::probe;
use crate::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Which file, and which tables it has.
#[derive(Debug)]
pub(crate) struct DatabaseFile {
    path: PathBuf,
    schema: &'static str,
    /// Notes what was acknowledged, where that is asked for.
    pub(crate) head: Option<Head>,
    /// What a connection for reads keeps of the file at most.
    reader_cache_kib: u32,
    durability: Mutex<Option<Durability>>,
    /// Device and inode of the file that was opened first: the only one that is ever written to.
    identity: OnceLock<(u64, u64)>,
    /// How many pages the disk has room for, where a test says so.
    #[cfg(test)]
    pub(crate) room: std::sync::atomic::AtomicI64,
}

impl DatabaseFile {
    pub(crate) fn new(
        path: &Path,
        schema: &'static str,
        head: Option<Head>,
        reader_cache_kib: u32,
    ) -> Self {
        Self {
            path: path.to_owned(),
            schema,
            head,
            reader_cache_kib,
            durability: Mutex::new(None),
            identity: OnceLock::new(),
            #[cfg(test)]
            room: i64::MAX.into(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the path still leads to the file that was opened: what is written to one that is gone, nobody finds again.
    pub(crate) fn in_place(&self) -> Result<(), StoreError> {
        let broken = |why: String| Err(StoreError::Broken(why.into()));
        let is = match std::fs::metadata(&self.path) {
            Ok(found) => (found.dev(), found.ino()),
            Err(error) => {
                return broken(format!(
                    "its file is gone ({}); bring the data folder back as it was, or stop crossdock and restore a backup",
                    error.kind()
                ));
            }
        };
        if self.identity.get_or_init(|| is) == &is {
            return Ok(());
        }
        broken(
            "another file is in the place of its own; put the old one back, or stop crossdock and start it over the new one"
                .to_owned(),
        )
    }
}

/// What SQLite says it does, not what it was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Durability {
    /// `wal`, or `memory` for a database in memory.
    pub journal_mode: String,
    /// How commits are synced; `full` for a store of record.
    pub synchronous: String,
}

impl Durability {
    pub(crate) fn of(conn: &Connection) -> rusqlite::Result<Self> {
        let journal_mode = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        let level: i64 = conn.pragma_query_value(None, "synchronous", |row| row.get(0))?;
        let synchronous = match level {
            0 => "off",
            1 => "normal",
            2 => "full",
            3 => "extra",
            _ => "unknown",
        };
        Ok(Self {
            journal_mode,
            synchronous: synchronous.to_owned(),
        })
    }
}

/// The one connection that writes, when the store is opened: makes the file where there is none.
pub(crate) fn for_writing(
    file: &DatabaseFile,
    meter: &Arc<Meter>,
) -> Result<Connection, StoreError> {
    let conn = writing(file, meter, OpenFlags::SQLITE_OPEN_CREATE)?;
    file.in_place()?;
    Ok(conn)
}

/// The one connection that writes, after another has failed; it has shown that it can.
pub(crate) fn for_writing_again(
    file: &DatabaseFile,
    meter: &Arc<Meter>,
) -> Result<Connection, StoreError> {
    file.in_place()?;
    let conn = writing(file, meter, OpenFlags::empty())?;
    probe::write(&conn).map_err(|error| StoreError::Broken(unwritable(&error)))?;
    Ok(conn)
}

fn writing(
    file: &DatabaseFile,
    meter: &Arc<Meter>,
    flags: OpenFlags,
) -> Result<Connection, StoreError> {
    let broken = |error: rusqlite::Error| StoreError::Broken(unwritable(&error));
    let mut conn = read_write(&file.path, flags).map_err(broken)?;
    conn.pragma_update(None, "journal_mode", "wal")
        .map_err(broken)?;
    let durability = prepare(&conn, file.schema, "wal")?;
    #[cfg(test)]
    limit_pages(&conn, file)?;
    *file
        .durability
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = Some(durability);
    let meter = Arc::clone(meter);
    conn.wal_hook(Some(
        move |_wal: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
            meter
                .wal_pages
                .store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        },
    ))?;
    Ok(conn)
}

/// A connection for the look at a file before anything of it is used.
pub(crate) fn for_the_start(path: &Path) -> Result<Connection, StoreError> {
    Ok(read_write(path, OpenFlags::empty())?)
}

/// A database of this process only.
pub(crate) fn in_memory(schema: &str) -> Result<Connection, StoreError> {
    let conn = Connection::open_in_memory()?;
    prepare(&conn, schema, "memory")?;
    Ok(conn)
}

/// A connection for the log only.
pub(crate) fn for_checkpoints(file: &DatabaseFile) -> Result<Connection, StoreError> {
    let conn = read_write(&file.path, OpenFlags::empty())?;
    conn.pragma_update(None, "synchronous", "full")?;
    Ok(conn)
}

/// A connection for the look beside the orders: it cannot write, and keeps little of what it reads.
pub(crate) fn for_looking(file: &DatabaseFile) -> Result<Connection, StoreError> {
    let conn = for_reading(file)?;
    conn.pragma_update(None, "cache_size", -1_024)?;
    Ok(conn)
}

/// A connection that cannot write.
pub(crate) fn for_reading(file: &DatabaseFile) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(&file.path, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.pragma_update(None, "cache_size", -i64::from(file.reader_cache_kib))?;
    keep_statements(&conn, 64)?;
    Ok(conn)
}

/// As the writing connection reported it when it was last opened.
pub(crate) fn durability(file: &DatabaseFile) -> Result<Durability, StoreError> {
    let known = file
        .durability
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    known.ok_or_else(super::error::stopped)
}

fn read_write(path: &Path, more: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags | more)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    // Checkpoints are taken beside the writer, and a broken connection is closed without one.
    conn.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_row| Ok(()))?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(conn)
}

fn prepare(conn: &Connection, schema: &str, journal_mode: &str) -> Result<Durability, StoreError> {
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "cache_size", -16_384)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    keep_statements(conn, 128)?;
    let durability = verify(conn, journal_mode)?;
    let made = conn.execute_batch(schema);
    made.and_then(|()| conn.execute_batch(probe::TABLE))
        .map_err(|error| StoreError::Broken(unwritable(&error)))?;
    Ok(durability)
}

/// A full disk as SQLite itself plays it; the limit belongs to the connection, so each new one is given it.
#[cfg(test)]
fn limit_pages(conn: &Connection, file: &DatabaseFile) -> rusqlite::Result<()> {
    let room = file.room.load(Ordering::Relaxed);
    conn.pragma_update_and_check(None, "max_page_count", room, |_row| Ok(()))
}

/// Statements are compiled once. Without the stable planner SQLite compiles a statement anew at every
/// new binding when a partial index might serve it (SQLite, "The Query Planner Stability Guarantee").
fn keep_statements(conn: &Connection, most: usize) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_prepared_statement_cache_capacity(most);
    Ok(())
}

/// A pragma that SQLite did not take is silent; so each is read back.
fn verify(conn: &Connection, journal_mode: &str) -> Result<Durability, StoreError> {
    let is = Durability::of(conn)?;
    let foreign_keys: bool = conn.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    if is.journal_mode == journal_mode && is.synchronous == "full" && foreign_keys {
        return Ok(is);
    }
    Err(StoreError::Broken(
        format!(
            "SQLite did not accept journal_mode={journal_mode}, synchronous=full, foreign_keys=on but reports {}, {}, {foreign_keys}; \
             is the data folder on a network or read-only file system?",
            is.journal_mode, is.synchronous
        )
        .into(),
    ))
}
