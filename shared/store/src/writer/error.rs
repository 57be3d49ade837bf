//! How a job can end other than well: refused by its own rule, or let down by the disk.

use crate::StoreError;
use rusqlite::ErrorCode;
use std::convert::Infallible;
use std::sync::Arc;

/// What a job says instead of `Ok`. `?` turns an SQL error into one.
#[derive(Debug)]
pub enum JobError<R> {
    /// A rule of the shop says no: the job alone is undone, and its caller gets the reason.
    Refuse(R),
    /// SQLite failed: the job alone is undone where it alone is to blame, else the whole group.
    Sql(rusqlite::Error),
}

impl<R> From<rusqlite::Error> for JobError<R> {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// What became of a job that did not end well.
#[derive(Debug)]
pub enum WriteError<R> {
    /// The job refused; nothing of it was written.
    Refused(R),
    /// The store could not; nothing of it is promised.
    Store(StoreError),
}

impl From<WriteError<Infallible>> for StoreError {
    fn from(error: WriteError<Infallible>) -> Self {
        match error {
            WriteError::Refused(never) => match never {},
            WriteError::Store(error) => error,
        }
    }
}

impl<R> From<StoreError> for WriteError<R> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A row is there that is not what was written, or one is missing that was.
#[derive(Debug, thiserror::Error)]
#[error("row {key} of table {table} is not what was written")]
pub(crate) struct DamagedRow {
    /// The table that it is in.
    pub(crate) table: &'static str,
    /// What it is found by.
    pub(crate) key: String,
}

impl DamagedRow {
    fn of(error: &rusqlite::Error) -> Option<&Self> {
        std::error::Error::source(error)?.downcast_ref()
    }
}

/// What to do about a damaged file, to stand behind what is damaged.
pub(crate) const RESTORE: &str = "stop crossdock and run crossdock restore FOLDER --force over the last backup, or put a backup in the place of the file alone, without its -wal, -shm and .head beside it";

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // What else SQLite says is about the disk or the statement, not about what is stored.
        if !is_unreadable(&error) && !is_damage(&error) {
            return Self::Broken(error.to_string().into());
        }
        let what = DamagedRow::of(&error).map_or_else(|| error.to_string(), ToString::to_string);
        Self::Corrupt(format!("{what}; {RESTORE}"))
    }
}

/// Whether a row is there and holds what no row of ours can.
pub(crate) fn is_unreadable(error: &rusqlite::Error) -> bool {
    matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    )
}

/// Whether SQLite itself finds the file damaged.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(
        code,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// The writer has stopped.
pub(crate) fn stopped() -> StoreError {
    StoreError::Broken(
        "the store is closed, or its writer has stopped; start crossdock again".into(),
    )
}

/// What failed and what to do about it, for operators and callers alike: so it names no path.
pub(crate) fn unwritable(error: &rusqlite::Error) -> Arc<str> {
    let code = error.sqlite_error_code();
    let words = match code {
        Some(ErrorCode::DiskFull) => "its disk is full; free space there",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "its file is read-only; look at the permissions, at chattr -i and at the mount"
        }
        Some(ErrorCode::CannotOpen) => {
            "its file cannot be opened; look at the data folder and its permissions"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "its file is damaged; stop crossdock and restore a backup"
        }
        Some(ErrorCode::SystemIoFailure) => {
            "its disk refuses to write; look at the machine's log, at limits and at quotas"
        }
        _ => return error.to_string().into(),
    };
    words.into()
}

/// Whether the file or the machine failed, rather than one job's statement.
pub(crate) fn is_fatal(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::CannotOpen
                | ErrorCode::OutOfMemory
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::InternalMalfunction
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::DatabaseBusy
        )
    )
}
