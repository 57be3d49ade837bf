//! What ended instances leave in a month's file, by their ids.

use crate::Answer;
use crate::sqlite::pieces::{Depth, Pieces, StoredBatch, StoredSnapshot, snapshot_revision};
use crate::sqlite::rows::{self, integer};
use crate::sqlite::table::ARCHIVED_INSTANCE;
use bytes::Bytes;
use crossdock_model::InstanceId;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

/// Writes all that is stored of an instance, with its revision and the checksum of its journal.
pub(super) fn write(
    adding: &Connection,
    (id, revision, journal): (InstanceId, u64, i64),
    pieces: &Pieces,
) -> Result<()> {
    let (snapshot, answer) = (pieces.snapshot.as_ref(), pieces.answer.as_ref());
    let values = params![
        id.0.as_bytes(),
        integer(revision),
        journal,
        pack(&pieces.batches),
        snapshot.map(|snapshot| integer(snapshot.revision)),
        snapshot.map(|snapshot| snapshot.journal),
        snapshot.map(|snapshot| &snapshot.body[..]),
        answer.map(|answer| answer.status),
        answer.map(|answer| &*answer.body),
    ];
    ARCHIVED_INSTANCE.insert(adding, values).map(drop)
}

/// What it has of an instance; none where the instance is not in it.
pub(super) fn pieces(conn: &Connection, id: InstanceId, depth: Depth) -> Result<Option<Pieces>> {
    conn.prepare_cached(&selection())?
        .query_row([id.0.as_bytes()], |row| {
            ARCHIVED_INSTANCE.verify(row)?;
            let snapshot = match depth {
                Depth::SinceSnapshot => snapshot(row)?,
                Depth::Whole => None,
            };
            let after = snapshot_revision(snapshot.as_ref());
            let damaged = || ARCHIVED_INSTANCE.damaged(id.to_string());
            let mut batches = unpack(row.get(3)?).ok_or_else(damaged)?;
            batches.retain(|batch| batch.revision > after);
            Ok(Pieces {
                snapshot,
                batches,
                answer: answer(row)?,
            })
        })
        .optional()
}

fn selection() -> String {
    format!("{} WHERE id = ?1", ARCHIVED_INSTANCE.select)
}

fn snapshot(row: &Row<'_>) -> Result<Option<StoredSnapshot>> {
    if row.get_ref(4)? == ValueRef::Null {
        return Ok(None);
    }
    Ok(Some(StoredSnapshot {
        revision: rows::number(row, 4)?,
        journal: row.get(5)?,
        body: rows::bytes(row, 6)?,
    }))
}

fn answer(row: &Row<'_>) -> Result<Option<Answer>> {
    let Some(status) = row.get(7)? else {
        return Ok(None);
    };
    let body = row.get(8)?;
    Ok(Some(Answer { status, body }))
}

/// The batches as one value: each after its length, and its revision before its entries.
fn pack(batches: &[StoredBatch]) -> Vec<u8> {
    let batches = batches.iter().map(|batch| {
        let revision = batch.revision.to_le_bytes();
        Bytes::from([&revision[..], &batch.packed].concat())
    });
    rows::pack(&batches.collect::<Vec<_>>())
}

/// The reverse; `None` when the value was cut or changed.
fn unpack(packed: Vec<u8>) -> Option<Vec<StoredBatch>> {
    let mut batches = Vec::new();
    rows::unpack(packed, &mut batches)?;
    let batch = |batch: Bytes| {
        let (revision, packed) = batch.split_first_chunk::<8>()?;
        Some(StoredBatch {
            revision: i64::from_le_bytes(*revision),
            packed: packed.to_vec(),
        })
    };
    batches.into_iter().map(batch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::archive::plan;

    fn batches(some: &[StoredBatch]) -> Vec<(i64, &[u8])> {
        let each = some.iter();
        each.map(|batch| (batch.revision, &batch.packed[..]))
            .collect()
    }

    #[test]
    fn an_instance_is_found_without_a_look_at_any_other() {
        let plan = plan::of_month(&selection(), 1);
        let index = "sqlite_autoindex_archived_instance_1 (id=?)";
        let search = format!("SEARCH archived_instance USING INDEX {index}");
        assert_eq!(plan, [search]);
    }

    #[test]
    fn batches_come_back_as_they_were_and_a_cut_value_is_noticed() {
        let batch = |revision, packed: &[u8]| StoredBatch {
            revision,
            packed: packed.to_vec(),
        };
        let stored = [batch(1, b"begun"), batch(3, b""), batch(1 << 19, b"done")];
        let packed = pack(&stored);
        let back = unpack(packed.clone()).unwrap();
        assert_eq!(batches(&back), batches(&stored));
        for length in [packed.len() - 1, 11, 3] {
            assert!(unpack(packed[..length].to_vec()).is_none(), "{length}");
        }
    }
}
