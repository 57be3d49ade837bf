//! Rows of the audit chains in a month's file, by their places.

use crate::StoreError;
use crate::sqlite::audit::{ArchivedHead, AuditRow, BadRow, Walk};
use crate::sqlite::rows::integer;
use crate::sqlite::schema::{AUDIT_NUMBERS, audit_base};
use rusqlite::{Connection, Result, params};

/// Writes rows of one chain, one after the other.
///
/// What the file has after the first of them is of a run that was cut off, or of a live file that an older copy replaced.
pub(super) fn write(adding: &Connection, rows: &[AuditRow]) -> Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let end = first.place | AUDIT_NUMBERS;
    adding
        .prepare_cached("DELETE FROM archived_audit WHERE place >= ?1 AND place <= ?2")?
        .execute([first.place, end])?;
    let sql = format!(
        "INSERT INTO archived_audit ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        AuditRow::COLUMNS
    );
    let mut statement = adding.prepare_cached(&sql)?;
    for row in rows {
        statement.execute(params![
            row.place,
            row.at,
            row.tenant,
            row.caller,
            row.operation,
            row.correlation,
            row.instance,
            row.fingerprint,
            row.changed,
            row.hash
        ])?;
    }
    Ok(())
}

/// Walks on from where a chain was read up to, to the last row that the month has of it.
pub(super) fn walk(
    conn: &Connection,
    walk: &mut Walk,
    to: &ArchivedHead,
) -> Result<Option<BadRow>> {
    let base = audit_base(to.shard);
    let (read, _) = walk.at(to.shard);
    let sql = format!(
        "SELECT {} FROM archived_audit WHERE place > ?1 AND place <= ?2 ORDER BY place",
        AuditRow::COLUMNS
    );
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([base + integer(read), base + integer(to.number)])?;
    while let Some(row) = rows.next()? {
        if let Some(bad) = walk.pass(row)? {
            return Ok(Some(bad));
        }
    }
    Ok((walk.at(to.shard) != (to.number, to.hash)).then(|| BadRow {
        shard: to.shard,
        number: to.number,
        why: format!(
            "it is not the last one that the archive of {} had of its chain",
            to.month
        ),
    }))
}

/// Reads the rows of a copy: each fits the one before it, as far as that is in the file.
pub(super) fn verify(conn: &Connection) -> std::result::Result<(), StoreError> {
    let sql = format!(
        "SELECT {} FROM archived_audit ORDER BY place",
        AuditRow::COLUMNS
    );
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map([], AuditRow::read)?;
    let mut before: Option<AuditRow> = None;
    for row in rows {
        let row = row?;
        let fits = before.filter(|before| before.place >> 46 == row.place >> 46);
        let fits = fits.is_none_or(|before| {
            row.place == before.place + 1 && row.seal(&before.hash) == row.hash
        });
        if !fits {
            let (shard, number) = (row.place >> 46, row.place & AUDIT_NUMBERS);
            return Err(StoreError::Corrupt(format!(
                "row {number} of the audit chain of shard {shard} does not fit the one before it"
            )));
        }
        before = Some(row);
    }
    Ok(())
}
