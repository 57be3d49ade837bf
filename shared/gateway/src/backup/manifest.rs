//! What a backup holds, in a file of its own, and checking the rest against it.

use crate::backup::disk;
use crate::backup::error::BackupError;
use crossdock_model::Timestamp;
use crossdock_store::{verify_archive, verify_database, verify_store};
use serde::{Deserialize, Serialize};
use std::path::{Component, Path};

/// The file's name.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Raised when a backup is made up in another way.
const FORMAT: u32 = 1;

/// A backup's table of contents.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Manifest {
    format: u32,
    /// The moment that every file in it is of.
    pub(crate) taken: Timestamp,
    /// The version of crossdock that took it.
    pub(crate) version: String,
    /// The layout of the stores in it.
    pub(crate) layout: i64,
    pub(crate) files: Vec<ManifestEntry>,
}

/// A file of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ManifestEntry {
    /// Where it is in the backup and in a data folder alike.
    pub(crate) path: String,
    pub(crate) kind: FileKind,
    pub(crate) bytes: u64,
    /// Of its content, in hexadecimal.
    pub(crate) sha256: String,
}

/// What a file is, which says how it is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FileKind {
    /// A store of record: structure, layout, rows and audit chains.
    Store,
    /// A month of the archive: structure, layout, rows.
    Archive,
    /// The book of an embedded backend: structure.
    Book,
    /// A key or a secret: only its digest.
    Secret,
}

impl Manifest {
    pub(crate) fn new(taken: Timestamp, layout: i64, files: Vec<ManifestEntry>) -> Self {
        Self {
            format: FORMAT,
            taken,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            layout,
            files,
        }
    }

    /// Reads the manifest of that backup.
    pub(crate) fn read(backup: &Path) -> Result<Self, BackupError> {
        let file = backup.join(MANIFEST);
        let no_backup = |why: String| {
            BackupError::Refused(format!(
                "{} is no backup that can be restored: {MANIFEST}: {why}; name the folder that crossdock backup wrote",
                backup.display()
            ))
        };
        let text = std::fs::read(&file).map_err(|error| no_backup(error.to_string()))?;
        let manifest: Self =
            serde_json::from_slice(&text).map_err(|error| no_backup(error.to_string()))?;
        if manifest.format != FORMAT {
            let (theirs, version) = (manifest.format, &manifest.version);
            return Err(no_backup(format!(
                "it has format {theirs} and this program reads {FORMAT}; use version {version}"
            )));
        }
        Ok(manifest)
    }

    /// Checks every file of that backup: its name, its digest, what it holds. Nothing is changed.
    pub(crate) fn verify(&self, backup: &Path) -> Result<(), BackupError> {
        for entry in &self.files {
            entry.verify(backup).map_err(|why| {
                let place = backup.join(&entry.path);
                BackupError::Refused(format!(
                    "{}: {why}; nothing was restored, so take another backup",
                    place.display()
                ))
            })?;
        }
        Ok(())
    }
}

impl ManifestEntry {
    fn verify(&self, backup: &Path) -> Result<(), String> {
        let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if !Path::new(&self.path).components().all(is_plain) {
            return Err("its name leads out of the backup".to_owned());
        }
        let file = backup.join(&self.path);
        let digest = disk::digest_of(&file).map_err(|error| error.to_string())?;
        if digest != (self.bytes, self.sha256.clone()) {
            return Err(
                "it is not what was backed up: its SHA-256 differs from the manifest's".to_owned(),
            );
        }
        self.kind.verify(&file)
    }
}

impl FileKind {
    /// Checks what is in a file of that kind.
    pub(crate) fn verify(self, file: &Path) -> Result<(), String> {
        let verified = match self {
            Self::Store => verify_store(file).map(drop),
            Self::Archive => verify_archive(file),
            Self::Book => verify_database(file),
            Self::Secret => Ok(()),
        };
        verified.map_err(|error| error.to_string())
    }
}
