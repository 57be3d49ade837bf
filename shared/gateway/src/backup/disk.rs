//! Files for good: digests, copies and folders that a power cut does not take back.

use crate::backup::error::BackupError;
use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// A file's length and the SHA-256 of its content, in hexadecimal.
pub(crate) fn digest_of(file: &Path) -> Result<(u64, String), BackupError> {
    read_through(file, |_bytes| Ok(()))
}

/// Copies a file into one that must not exist, for its owner only, synced; answers what was copied.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(u64, String), BackupError> {
    let mut options = File::options();
    let created = options.write(true).create_new(true).mode(0o600).open(to);
    let mut copied = created.map_err(|error| BackupError::at(to, error))?;
    let digest = read_through(from, |bytes| copied.write_all(bytes))?;
    let synced = copied.sync_all();
    synced.map_err(|error| BackupError::at(to, error))?;
    Ok(digest)
}

fn read_through(
    file: &Path,
    mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> Result<(u64, String), BackupError> {
    let failed = |error| BackupError::at(file, error);
    let mut opened = File::open(file).map_err(failed)?;
    let mut context = Context::new(&SHA256);
    let mut length: u64 = 0;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = opened.read(&mut buffer).map_err(failed)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            return Ok((length, HEXLOWER.encode(context.finish().as_ref())));
        }
        context.update(bytes);
        each(bytes).map_err(failed)?;
        length += read as u64;
    }
}

/// Makes a folder that only its owner may open; its parent must be there.
pub(crate) fn private_folder(folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(folder)
}

/// Leaves a file to its owner only, synced.
pub(crate) fn keep_private(file: &Path) -> Result<(), BackupError> {
    let kept = fs::set_permissions(file, fs::Permissions::from_mode(0o600))
        .and_then(|()| File::open(file)?.sync_all());
    kept.map_err(|error| BackupError::at(file, error))
}

/// Syncs the names in a folder.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    let synced = File::open(folder).and_then(|opened| opened.sync_all());
    synced.map_err(|error| BackupError::at(folder, error))
}
