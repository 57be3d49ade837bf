//! Which instances are to leave, each with all that is stored of it.

use super::leaving::{BITE_BYTES, Bite, Leaving};
use super::month_instance;
use super::place::Stage;
use super::settle::settle;
use crate::sqlite::pieces::{Found, Pieces};
use crate::sqlite::read;
use crate::sqlite::rows::{integer, nanos};
use crate::sqlite::table::WORKFLOW;
use crate::writer::is_unreadable;
use crate::{ArchiveMonth, StoreError};
use crossdock_model::{InstanceId, Timestamp};
use rusqlite::{Connection, Result, params};
use std::collections::BTreeMap;

/// An instance that is to leave, as it was at one moment.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) id: InstanceId,
    pub(super) revision: u64,
    pub(super) updated: Timestamp,
    pub(super) journal: i64,
    /// The snapshot, all batches, the answer.
    pub(super) pieces: Pieces,
}

/// Those that ended before that time, oldest first. The literals are those of the index `workflow_ended`, which holds nothing else.
pub(super) fn before(
    conn: &Connection,
    before: Timestamp,
    (mut updated, mut seq): (i64, i64),
    most: usize,
) -> Result<Bite<Ended>> {
    let moment = conn.unchecked_transaction()?;
    let mut statement = moment.prepare_cached(&selection())?;
    let most_rows = integer(most as u64);
    let mut rows = statement.query(params![updated, nanos(before), seq, most_rows])?;
    let (mut leaving, mut damaged, mut seen, mut bytes) = (BTreeMap::new(), 0, 0, 0);
    while let Some(row) = rows.next()?
        && bytes < BITE_BYTES
    {
        seen += 1;
        (updated, seq) = (row.get(14)?, row.get(17)?);
        match read::found(row).and_then(|found| whole(&moment, &found)) {
            Ok(one) => {
                bytes += one.bytes();
                let month = ArchiveMonth::of(one.updated);
                leaving.entry(month).or_insert_with(Vec::new).push(one);
            }
            // It stays where a restore can mend it, and the others go on.
            Err(error) if is_unreadable(&error) => {
                tracing::error!(error = %StoreError::from(error), "an ended instance is not moved to the archive");
                damaged += 1;
            }
            Err(error) => return Err(error),
        }
    }
    let more = seen == most || bytes >= BITE_BYTES;
    Ok(Bite {
        leaving,
        damaged,
        held_back: 0,
        next: more.then_some(Stage::Ended(updated, seq)),
    })
}

fn selection() -> String {
    format!(
        "{} WHERE status IN (4, 5, 6) AND archived IS NULL AND updated >= ?1 AND updated < ?2 AND (updated > ?1 OR seq > ?3)
         ORDER BY updated, seq LIMIT ?4",
        WORKFLOW.select
    )
}

/// Whether anything that ended in that month is still to leave.
pub(super) fn some_of(conn: &Connection, month: ArchiveMonth) -> Result<bool> {
    conn.prepare_cached(
        "SELECT 1 FROM workflow WHERE status IN (4, 5, 6) AND archived IS NULL AND updated >= ?1 AND updated < ?2",
    )?
    .exists([nanos(month.begins()), nanos(month.next().begins())])
}

/// All that is stored of it, once it is known that no row of its journal is missing.
fn whole(conn: &Connection, found: &Found) -> Result<Ended> {
    let pieces = Pieces {
        snapshot: read::snapshot_of(conn, found.seq)?,
        batches: read::batches_of(conn, found.seq, 0)?,
        answer: read::answer_of(conn, found.seq)?,
    };
    let batches = pieces.batches.iter();
    if batches.fold(0, |journal, batch| batch.journal_after(journal)) != found.journal {
        return Err(found.damaged());
    }
    Ok(Ended {
        id: found.row.id,
        revision: found.row.revision,
        updated: found.row.updated,
        journal: found.journal,
        pieces,
    })
}

impl Leaving for Ended {
    const AT_ONCE: usize = 25;

    fn write(adding: &Connection, some: &[Self]) -> Result<()> {
        some.iter().try_for_each(|one| {
            let head = (one.id, one.revision, one.journal);
            month_instance::write(adding, head, &one.pieces)
        })
    }

    fn settle(conn: &Connection, month: ArchiveMonth, some: &[Self]) -> Result<usize> {
        let mut settled = 0;
        for one in some {
            settled += usize::from(settle(conn, (one.id, one.revision), month)?);
        }
        Ok(settled)
    }
}

impl Ended {
    fn bytes(&self) -> usize {
        let snapshot = self.pieces.snapshot.as_ref();
        let batches = self.pieces.batches.iter().map(|batch| batch.packed.len());
        batches.sum::<usize>() + snapshot.map_or(0, |snapshot| snapshot.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::archive::plan;

    #[test]
    fn what_is_to_leave_is_found_without_a_look_at_anything_else() {
        let plan = plan::of(&selection(), 4);
        assert_eq!(
            plan,
            ["SEARCH workflow USING INDEX workflow_ended (updated>? AND updated<?)"]
        );
    }
}
