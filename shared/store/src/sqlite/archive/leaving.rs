//! What leaves for the archive, whatever it is: how it is written there, and how the live file lets it go.

use super::place::Stage;
use crate::ArchiveMonth;
use rusqlite::{Connection, Result};
use std::collections::BTreeMap;

/// How many bytes one bite takes, however few rows have them.
pub(super) const BITE_BYTES: usize = 4 << 20;

/// A kind of what leaves, each as it was at one moment.
pub(super) trait Leaving: Send + Sync + Sized + 'static {
    /// How many one writer job deletes: a few milliseconds, between which others have their turn.
    const AT_ONCE: usize;

    /// Writes them into the month's file; again where a run was cut off.
    fn write(adding: &Connection, some: &[Self]) -> Result<()>;

    /// Deletes in the live file what the month has for good; answers how many had not moved meanwhile.
    fn settle(conn: &Connection, month: ArchiveMonth, some: &[Self]) -> Result<usize>;
}

/// Some of what is to leave, by month.
#[derive(Debug)]
pub(super) struct Bite<T> {
    pub(super) leaving: BTreeMap<ArchiveMonth, Vec<T>>,
    pub(super) damaged: usize,
    /// Chains of which more is old enough, and a reader has not acknowledged it.
    pub(super) held_back: usize,
    /// Where the next bite of its kind begins; none once nothing more of the kind is old enough.
    pub(super) next: Option<Stage>,
}

impl<T> Default for Bite<T> {
    fn default() -> Self {
        Self {
            leaving: BTreeMap::new(),
            damaged: 0,
            held_back: 0,
            next: None,
        }
    }
}
