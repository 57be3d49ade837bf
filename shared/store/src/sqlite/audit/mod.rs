//! The audit chain: who asked for what, each row sealed with the one before it.

mod archived;
mod report;
mod seal;
mod verify;

pub use report::{AuditHead, AuditReport, BadRow};

pub(super) use archived::{ArchivedHead, archived, last_archived, set_archived};
pub(super) use seal::{AuditRow, GENESIS, Hash};
pub(super) use verify::{Walk, verify};

use super::outcome::Written;
use super::rows::nanos;
use super::schema::{AUDIT_NUMBERS, audit_base};
use crate::Batch;
use rusqlite::{Connection, OptionalExtension, params};
use seal::Entry;
use std::fmt::Write as _;

/// One row for a batch that somebody asked for.
pub(super) fn write(conn: &Connection, batch: &Batch) -> Written<()> {
    let Some(cause) = &batch.cause else {
        return Ok(());
    };
    let base = audit_base(batch.shard);
    // The last row of a chain never leaves for the archive.
    let (last, before) = conn
        .prepare_cached("SELECT place, hash FROM audit WHERE place > ?1 AND place <= ?2 ORDER BY place DESC LIMIT 1")?
        .query_row([base, base + AUDIT_NUMBERS], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .unwrap_or((base, GENESIS));
    let changed = changed(batch);
    let entry = Entry {
        place: last + 1,
        at: nanos(batch.at),
        tenant: cause.tenant.as_str(),
        caller: &cause.caller,
        operation: &cause.operation,
        correlation: &cause.correlation.0,
        instance: batch
            .instance
            .as_ref()
            .map(|write| write.id.0.as_bytes().as_slice()),
        fingerprint: cause
            .claim
            .as_ref()
            .map(|claim| claim.fingerprint.as_slice()),
        changed: &changed,
    };
    conn.prepare_cached(
        "INSERT INTO audit (place, at, tenant, caller, operation, correlation, instance, fingerprint, changed, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        entry.place,
        entry.at,
        entry.tenant,
        entry.caller,
        entry.operation,
        entry.correlation,
        entry.instance,
        entry.fingerprint,
        entry.changed,
        entry.seal(&before)
    ])?;
    Ok(())
}

/// The records it wrote, with the versions they got: `order/0198…@1`.
fn changed(batch: &Batch) -> String {
    let mut text = String::new();
    for write in &batch.changes.records {
        let gap = if text.is_empty() { "" } else { " " };
        // Writing to a String does not fail.
        if write!(
            text,
            "{gap}{}/{}@{}",
            write.kind,
            write.id,
            write.expected.0 + 1
        )
        .is_err()
        {
            break;
        }
    }
    text
}
