//! Backups: taken from a running process, verified, restored into an empty folder.

mod disk;
mod error;
mod manifest;
mod restore;
mod take;

pub(crate) use error::BackupError;
pub(crate) use manifest::Manifest;
pub(crate) use restore::{Restored, refuse_half_restored, restore};
pub(crate) use take::take;
