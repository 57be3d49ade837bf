//! How far an archive run has come, and what each bite of it did.

/// How far an archive run has come: it begins at the default and goes on from what each bite answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArchivePlace(pub(super) Stage);

/// A run takes ended instances, then events, then rows of the audit chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// After the instance that ended then (nanoseconds) and has that `seq`.
    Ended(i64, i64),
    /// After that place of the events.
    Events(i64),
    /// After that place of the audit chains.
    Audit(i64),
}

impl Default for Stage {
    fn default() -> Self {
        Self::Ended(0, 0)
    }
}

/// What one bite of an archive run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Archived {
    /// How many instances left for the archive.
    pub moved: usize,
    /// How many events did.
    pub events: usize,
    /// How many rows of the audit chains did.
    pub audited: usize,
    /// How many were left where they are, because their rows are damaged; the log names them.
    pub damaged: usize,
    /// Shards of feeds of which more is old enough, and a registered reader has not acknowledged it.
    pub held_back: usize,
    /// Where the next bite begins; none once nothing more is old enough.
    pub next: Option<ArchivePlace>,
}

impl Archived {
    /// Goes on where that bite ended, with what it did.
    pub(in crate::sqlite) fn add(&mut self, bite: Self) {
        self.moved += bite.moved;
        self.events += bite.events;
        self.audited += bite.audited;
        self.damaged += bite.damaged;
        self.held_back += bite.held_back;
        self.next = bite.next;
    }
}
