//! Taking a backup: one moment of every file, copied, verified, named only once it is whole.
//!
//! Every writer is held between two commits while the snapshots are opened, so together they are what a power cut at that moment
//! would have left, and a restored folder recovers as it does after one. Copying takes its time; writing goes on.

use crate::backup::disk;
use crate::backup::error::BackupError;
use crate::backup::manifest::{FileKind, MANIFEST, Manifest, ManifestEntry};
use crate::parts::{DataFile, DataFiles};
use crossdock_model::Timestamp;
use crossdock_store::{Snapshot, SqliteStore, verify_store};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The keys in a data folder: what signs tokens and quotes, what look-ups are hashed with, what tiers know one another by.
const KEYS: [&str; 4] = ["issuer.pk8", "lookup.key", "quote.key", "tier.key"];

/// The folder with the secrets of applications.
const CONSUMERS: &str = "consumers";

/// Copies the files and the folder's keys into a folder that must not exist yet.
pub(crate) fn take(
    files: &DataFiles,
    folder: &Path,
    to: &Path,
    now: Timestamp,
) -> Result<Manifest, BackupError> {
    refuse_where_it_cannot_go(files, to)?;
    let partial = partial_of(to);
    match disk::private_folder(&partial) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(BackupError::Refused(format!(
                "{} is what is left of a backup that was cut off; remove it, and back up again",
                partial.display()
            )));
        }
        Err(error) => return Err(BackupError::at(&partial, error)),
    }
    let taken = copy_all(files, folder, &partial, now).and_then(|manifest| {
        fs::rename(&partial, to).map_err(|error| BackupError::at(to, error))?;
        if let Some(parent) = to.parent() {
            disk::sync_folder(parent)?;
        }
        Ok(manifest)
    });
    if taken.is_err() {
        // What is left would be in the way of the next; the error that matters is the first.
        drop(fs::remove_dir_all(&partial));
    }
    taken
}

fn refuse_where_it_cannot_go(files: &DataFiles, to: &Path) -> Result<(), BackupError> {
    let refused = |why: &str| Err(BackupError::Refused(format!("{}: {why}", to.display())));
    if files.iter().next().is_none() {
        return refused(
            "this process has no store, so there is nothing to back up; ask the one that serves the process APIs",
        );
    }
    if !to.is_absolute() {
        return refused("a backup goes into a folder named from the root");
    }
    if to.symlink_metadata().is_ok() {
        return refused("it exists already, and a backup overwrites nothing; choose another name");
    }
    if !to.parent().is_some_and(Path::is_dir) {
        return refused("the folder that it would be in is not there; make it first");
    }
    Ok(())
}

fn partial_of(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

fn copy_all(
    files: &DataFiles,
    folder: &Path,
    to: &Path,
    now: Timestamp,
) -> Result<Manifest, BackupError> {
    let mut entries = Vec::new();
    let mut layout = 0;
    make_folder_for(files.iter().map(|file| file.path.as_str()), to)?;
    for (file, snapshot) in snapshots(files)? {
        let copy = to.join(&file.path);
        let failed = |error| BackupError::at(&copy, error);
        snapshot.copy_to(&copy).map_err(failed)?;
        drop(snapshot);
        disk::keep_private(&copy)?;
        let kind = if file.is_store {
            layout = verify_store(&copy).map_err(failed)?.layout;
            FileKind::Store
        } else {
            FileKind::Book
                .verify(&copy)
                .map_err(|why| BackupError::at(&copy, why))?;
            FileKind::Book
        };
        entries.push(entry(&file.path, kind, disk::digest_of(&copy)?));
    }
    entries.extend(months(files, to)?);
    let secrets = secrets(folder);
    make_folder_for(secrets.iter().map(String::as_str), to)?;
    for path in secrets {
        let copied = disk::copy(&folder.join(&path), &to.join(&path))?;
        entries.push(entry(&path, FileKind::Secret, copied));
    }
    let manifest = Manifest::new(now, layout, entries);
    write_manifest(&manifest, to)?;
    for inner in ["books", CONSUMERS] {
        if to.join(inner).is_dir() {
            disk::sync_folder(&to.join(inner))?;
        }
    }
    disk::sync_folder(to)?;
    Ok(manifest)
}

/// The archive, after the live stores: what left for it meanwhile is in both, and nothing is in neither.
fn months(files: &DataFiles, to: &Path) -> Result<Vec<ManifestEntry>, BackupError> {
    let mut entries = Vec::new();
    for store in files.archived() {
        entries.extend(months_of(store, to)?);
    }
    Ok(entries)
}

fn months_of(store: &SqliteStore, to: &Path) -> Result<Vec<ManifestEntry>, BackupError> {
    let mut entries = Vec::new();
    let months = store.archives();
    for (month, file) in months.map_err(|error| BackupError::Failed(error.to_string()))? {
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let copy = to.join(name);
        let failed = |why: String| BackupError::at(&copy, why);
        let copied = store.backup_month(month, &copy);
        copied.map_err(|error| failed(error.to_string()))?;
        disk::keep_private(&copy)?;
        FileKind::Archive.verify(&copy).map_err(failed)?;
        entries.push(entry(name, FileKind::Archive, disk::digest_of(&copy)?));
    }
    Ok(entries)
}

/// One moment of all files: writers go on as soon as the last snapshot is opened.
fn snapshots(files: &DataFiles) -> Result<Vec<(&DataFile, Snapshot)>, BackupError> {
    let held: Vec<_> = files.iter().map(|file| file.writer.hold()).collect();
    let mut taken = Vec::new();
    for file in files.iter() {
        let snapshot = file.writer.snapshot();
        let snapshot =
            snapshot.map_err(|error| BackupError::Failed(format!("{}: {error}", file.path)))?;
        taken.push((file, snapshot));
    }
    drop(held);
    Ok(taken)
}

/// Keys and secrets that are there: a folder with a secret in its settings has no file of it.
fn secrets(folder: &Path) -> Vec<String> {
    let mut found: Vec<String> = KEYS.map(str::to_owned).into();
    let consumers = fs::read_dir(folder.join(CONSUMERS)).into_iter().flatten();
    let names = consumers.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    found.extend(names.map(|name| format!("{CONSUMERS}/{name}")));
    found.retain(|path| folder.join(path).is_file());
    found.sort();
    found
}

fn make_folder_for<'a>(
    mut paths: impl Iterator<Item = &'a str>,
    to: &Path,
) -> Result<(), BackupError> {
    let inner = paths.find_map(|path| path.split_once('/'));
    let Some((inner, _name)) = inner else {
        return Ok(());
    };
    let inner = to.join(inner);
    disk::private_folder(&inner).map_err(|error| BackupError::at(&inner, error))
}

fn entry(path: &str, kind: FileKind, (bytes, sha256): (u64, String)) -> ManifestEntry {
    ManifestEntry {
        path: path.to_owned(),
        kind,
        bytes,
        sha256,
    }
}

fn write_manifest(manifest: &Manifest, to: &Path) -> Result<(), BackupError> {
    let file = to.join(MANIFEST);
    let text =
        serde_json::to_vec_pretty(manifest).map_err(|error| BackupError::at(&file, error))?;
    fs::write(&file, text).map_err(|error| BackupError::at(&file, error))?;
    disk::keep_private(&file)
}
