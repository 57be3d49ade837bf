//! The last step: an instance that the archive has for good is only a marked row here.

use crate::ArchiveMonth;
use crate::sqlite::rows::integer;
use crate::sqlite::schema::{REVISIONS, journal_base};
use crate::sqlite::table::WORKFLOW;
use crossdock_model::InstanceId;
use rusqlite::{Connection, OptionalExtension, Result, params};

/// Deletes and marks, in the writer; `false` where the instance has moved since, so that the live rows stay and count.
pub(super) fn settle(
    conn: &Connection,
    (id, kept): (InstanceId, u64),
    month: ArchiveMonth,
) -> Result<bool> {
    let marked = month.number();
    let found = conn
        .prepare_cached(&format!("{} WHERE id = ?1", WORKFLOW.select))?
        .query_row([id.0.as_bytes()], |row| {
            WORKFLOW.verify(row)?;
            let (revision, archived): (i64, Option<i64>) = (row.get(9)?, row.get(15)?);
            if revision != integer(kept) || archived.is_some() {
                return Ok(None);
            }
            let before = WORKFLOW.begin().columns(row, 0..WORKFLOW.covered - 1)?;
            let sum = before.values(params![marked])?.finish();
            Ok(Some((row.get::<_, i64>(17)?, sum)))
        })
        .optional()?
        .flatten();
    let Some((seq, sum)) = found else {
        return Ok(false);
    };
    let base = journal_base(seq);
    conn.prepare_cached("DELETE FROM journal WHERE place > ?1 AND place < ?2")?
        .execute([base, base + integer(REVISIONS)])?;
    for sql in [
        "DELETE FROM snapshot WHERE seq = ?1",
        "DELETE FROM answer WHERE seq = ?1",
    ] {
        conn.prepare_cached(sql)?.execute([seq])?;
    }
    conn.prepare_cached("UPDATE workflow SET archived = ?2, sum = ?3 WHERE seq = ?1")?
        .execute(params![seq, marked, sum])?;
    Ok(true)
}
