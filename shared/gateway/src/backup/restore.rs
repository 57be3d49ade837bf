//! Restoring a backup: everything is verified before anything is touched, and nothing is ever overwritten.

use crate::backup::disk;
use crate::backup::error::BackupError;
use crate::backup::manifest::Manifest;
use crate::error::BuildError;
use crossdock_model::Timestamp;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where the copies are until all of them are there. A folder that has it is not started over.
const PARTIAL: &str = "restore.partial";

/// What was restored.
#[derive(Debug)]
pub(crate) struct Restored {
    pub(crate) manifest: Manifest,
    /// Where that was moved which was in the folder before.
    pub(crate) aside: Option<PathBuf>,
}

/// Copies a verified backup into a folder that is empty or not there; `aside` moves what is in it out of the way first.
pub(crate) fn restore(
    from: &Path,
    folder: &Path,
    aside: bool,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    let manifest = Manifest::read(from)?;
    manifest.verify(from)?;
    let _locks = refuse_where_a_process_runs(folder)?;
    let before = names_in(folder)?;
    if !before.is_empty() && !aside {
        return Err(BackupError::Refused(format!(
            "{} is not empty, and a restore overwrites nothing; name another folder with --data, or move what is there aside with --force",
            folder.display()
        )));
    }
    let failed = |error: std::io::Error| BackupError::at(folder, error);
    fs::create_dir_all(folder).map_err(failed)?;
    let partial = folder.join(PARTIAL);
    match fs::remove_dir_all(&partial) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        Ok(()) | Err(_) => {}
    }
    copy_all(&manifest, from, &partial)?;
    let before = before.into_iter().filter(|name| name != PARTIAL).collect();
    let aside = move_aside(folder, before, now)?;
    for name in names_in(&partial)? {
        fs::rename(partial.join(&name), folder.join(&name)).map_err(failed)?;
    }
    disk::sync_folder(folder)?;
    fs::remove_dir(&partial).map_err(failed)?;
    disk::sync_folder(folder)?;
    Ok(Restored { manifest, aside })
}

/// A folder in which a restore was cut off holds half of two states.
pub(crate) fn refuse_half_restored(folder: &Path) -> Result<(), BuildError> {
    if !folder.join(PARTIAL).exists() {
        return Ok(());
    }
    Err(BuildError(format!(
        "a restore into {0} was cut off; run crossdock restore FOLDER --force --data {0} over that backup again, and then start",
        folder.display()
    )))
}

/// Every lock file that is there, held until the restore is over; one that a process holds is its end.
fn refuse_where_a_process_runs(folder: &Path) -> Result<Vec<File>, BackupError> {
    let mut held = Vec::new();
    for inside in [folder.to_owned(), folder.join("books")] {
        for name in names_in(&inside)? {
            let path = inside.join(name);
            if path.extension().is_none_or(|ending| ending != "lock") {
                continue;
            }
            let lock = File::open(&path).map_err(|error| BackupError::at(&path, error))?;
            match lock.try_lock() {
                Ok(()) => held.push(lock),
                Err(TryLockError::WouldBlock) => {
                    return Err(BackupError::Refused(format!(
                        "a crossdock process runs over {}; stop it, or name another folder with --data",
                        folder.display()
                    )));
                }
                Err(TryLockError::Error(error)) => return Err(BackupError::at(&path, error)),
            }
        }
    }
    Ok(held)
}

fn copy_all(manifest: &Manifest, from: &Path, to: &Path) -> Result<(), BackupError> {
    let make = |folder: &Path| match disk::private_folder(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(BackupError::at(folder, error))
        }
        Ok(()) | Err(_) => Ok(()),
    };
    make(to)?;
    for entry in &manifest.files {
        let copy = to.join(&entry.path);
        let inside = copy.parent().unwrap_or(to);
        make(inside)?;
        let copied = disk::copy(&from.join(&entry.path), &copy)?;
        if copied != (entry.bytes, entry.sha256.clone()) {
            let why = "it changed while it was restored; look who writes into the backup";
            return Err(BackupError::at(&from.join(&entry.path), why));
        }
        disk::sync_folder(inside)?;
    }
    disk::sync_folder(to)
}

/// Into a folder inside: the data folder may be a mount, which cannot be renamed.
fn move_aside(
    folder: &Path,
    names: Vec<OsString>,
    now: Timestamp,
) -> Result<Option<PathBuf>, BackupError> {
    if names.is_empty() {
        return Ok(None);
    }
    let aside = folder.join(format!("before-restore-{}", now.as_second()));
    disk::private_folder(&aside).map_err(|error| BackupError::at(&aside, error))?;
    for name in names {
        let moved = fs::rename(folder.join(&name), aside.join(&name));
        moved.map_err(|error| BackupError::at(&folder.join(&name), error))?;
    }
    disk::sync_folder(&aside)?;
    Ok(Some(aside))
}

/// The names in a folder; none where there is no folder.
fn names_in(folder: &Path) -> Result<Vec<OsString>, BackupError> {
    let failed = |error| BackupError::at(folder, error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(failed)?,
    };
    let names = entries.map(|entry| Ok(entry?.file_name()));
    names.collect::<std::io::Result<_>>().map_err(failed)
}
