//! A lock file beside the database, so that two processes cannot own one store.

use crate::StoreError;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// What one process at a time may own, by the lock file beside it.
///
/// The operating system holds the lock: a dead process leaves none behind.
#[derive(Debug)]
pub struct PathLock(Mutex<Option<File>>);

impl PathLock {
    /// Takes it, making folder and lock file where they are not there; refused while another process has it.
    pub fn take(database: &Path) -> Result<Self, StoreError> {
        let folder = database
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let broken = |error: std::io::Error| {
            StoreError::Broken(
                format!(
                    "{}: {error}; check the path and its permissions",
                    database.display()
                )
                .into(),
            )
        };
        fs::create_dir_all(folder).map_err(broken)?;
        let mut name = database.as_os_str().to_owned();
        name.push(".lock");
        let file = open(Path::new(&name)).map_err(broken)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Mutex::new(Some(file)))),
            Err(TryLockError::WouldBlock) => Err(StoreError::Broken(
                format!(
                    "data folder {} is in use by another crossdock process; stop it, or use --data with another folder",
                    folder.display()
                )
                .into(),
            )),
            Err(TryLockError::Error(error)) => Err(broken(error)),
        }
    }

    pub(crate) fn release(&self) -> Result<(), StoreError> {
        let Some(file) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return Ok(());
        };
        file.unlock()
            .map_err(|error| StoreError::Broken(format!("the lock file: {error}").into()))
    }
}

/// A lock needs no writing: a folder that has become read-only can be locked as long as the file is there.
fn open(file: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    let opened = options.create(true).truncate(false).write(true).open(file);
    match opened {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::ReadOnlyFilesystem
                    | ErrorKind::PermissionDenied
                    | ErrorKind::StorageFull
            ) =>
        {
            File::open(file).map_err(|_absent| error)
        }
        other => other,
    }
}
