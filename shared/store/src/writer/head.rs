//! How far commits were acknowledged, in a small file beside the database.
//!
//! A row of the database, in its table `head`, counts its commits; this file says up to which of them somebody was told. It is written after the COMMIT
//! and before the acknowledgements, and synced with the checkpoints: it may lag, it never leads. A database behind it has lost what
//! it had promised: its log was cut, or an older copy was put in its place. One counter serves all shards, because they share the log.

use crate::StoreError;
use rusqlite::{Connection, OptionalExtension};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A commit by its number, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Commit(pub(crate) u64);

/// The file: two slots that are written in turn, so that a torn write leaves the one before.
#[derive(Debug)]
pub(crate) struct Head {
    path: PathBuf,
    /// There once it could be opened for writing: a disk that is full or read-only at the start may be mended later.
    file: Mutex<Option<Arc<File>>>,
    unsynced: AtomicBool,
    failing: AtomicBool,
}

const SLOTS: [u64; 2] = [0, 4_096];
const MARK: u32 = u32::from_le_bytes(*b"xdh1");

impl Head {
    /// The file beside that database with the last commit it knows of. It is made where there is none, as soon as it can be.
    pub(crate) fn open(database: &Path) -> Result<(Self, Option<Commit>), StoreError> {
        let head = Self {
            path: database.with_extension("head"),
            file: Mutex::new(None),
            unsynced: AtomicBool::new(false),
            failing: AtomicBool::new(false),
        };
        let last = head.last().map_err(|error| {
            let file = head.path.display();
            StoreError::Broken(format!("{file}: {error}; check its permissions").into())
        })?;
        Ok((head, last))
    }

    /// The last commit that the file knows of.
    fn last(&self) -> io::Result<Option<Commit>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut last = None;
        for slot in SLOTS {
            let mut bytes = [0; 16];
            match file.read_exact_at(&mut bytes, slot) {
                Ok(()) => last = last.max(decode(bytes)),
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {}
                Err(error) => return Err(error),
            }
        }
        Ok(last)
    }

    /// The file to write to.
    fn writable(&self) -> io::Result<Arc<File>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &*file {
            return Ok(Arc::clone(file));
        }
        let mut options = File::options();
        let options = options.create(true).truncate(false).read(true).write(true);
        let opened = Arc::new(options.open(&self.path)?);
        *file = Some(Arc::clone(&opened));
        Ok(opened)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Counts the open transaction; its last statement.
    pub(crate) fn count(conn: &Connection) -> rusqlite::Result<Commit> {
        conn.prepare_cached(
            "INSERT INTO head (only, commits) VALUES (1, 1) ON CONFLICT DO UPDATE SET commits = commits + 1 RETURNING commits",
        )?
        .query_row([], |row| Ok(Commit(row.get::<_, i64>(0)?.cast_unsigned())))
    }

    /// The last commit of the database; 0 where there is none.
    pub(crate) fn stored(conn: &Connection) -> rusqlite::Result<Commit> {
        if !conn.table_exists(None, "head")? {
            return Ok(Commit(0));
        }
        let stored = conn
            .query_row("SELECT commits FROM head", [], |row| row.get::<_, i64>(0))
            .optional()?;
        Ok(Commit(stored.unwrap_or(0).cast_unsigned()))
    }

    /// Notes that whoever waits for this commit is about to be told.
    pub(crate) fn acknowledge(&self, commit: Commit) {
        let slot = if commit.0.is_multiple_of(2) {
            SLOTS[0]
        } else {
            SLOTS[1]
        };
        let written = self
            .writable()
            .and_then(|file| file.write_all_at(&encode(commit), slot));
        match written {
            Ok(()) => {
                self.failing.store(false, Ordering::Relaxed);
                self.unsynced.store(true, Ordering::Release);
            }
            // It lags, and the commits stand: said once.
            Err(error) => {
                if !self.failing.swap(true, Ordering::Relaxed) {
                    tracing::error!(file = %self.path.display(), %error, "what is acknowledged cannot be noted; a cut log would not be noticed");
                }
            }
        }
    }

    /// Brings to disk what was noted since.
    pub(crate) fn sync(&self) {
        if self.unsynced.swap(false, Ordering::Acquire)
            && let Err(error) = self.writable().and_then(|file| file.sync_data())
        {
            tracing::error!(file = %self.path.display(), %error, "what is acknowledged could not be synced");
        }
    }
}

/// Mark, number, checksum of both.
fn encode(commit: Commit) -> [u8; 16] {
    let said = u128::from(MARK) | u128::from(commit.0) << 32;
    let sum = crc32fast::hash(&said.to_le_bytes());
    (said | u128::from(sum) << 96).to_le_bytes()
}

/// `None` for a slot that was never written, or was torn.
fn decode(slot: [u8; 16]) -> Option<Commit> {
    let number = u128::from_le_bytes(slot) >> 32 & u128::from(u64::MAX);
    let commit = Commit(u64::try_from(number).ok()?);
    (encode(commit) == slot).then_some(commit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_slot_leaves_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("process.db");
        let (head, last) = Head::open(&database).unwrap();
        assert_eq!(last, None);
        head.acknowledge(Commit(7));
        head.acknowledge(Commit(8));
        head.sync();
        assert_eq!(Head::open(&database).unwrap().1, Some(Commit(8)));
        let file = head.writable().unwrap();
        file.write_all_at(b"torn", SLOTS[0] + 6).unwrap();
        assert_eq!(Head::open(&database).unwrap().1, Some(Commit(7)));
        file.write_all_at(b"torn", SLOTS[1]).unwrap();
        assert_eq!(Head::open(&database).unwrap().1, None);
    }
}
