//! Rows of the audit chains leave in their order, each with its seal.

use super::chain::{Chain, Chains, Link};
use super::leaving::{Bite, Leaving};
use super::month_audit;
use super::place::Stage;
use crate::sqlite::audit::{self, ArchivedHead, AuditRow, GENESIS, Hash};
use crate::sqlite::rows::integer;
use crate::sqlite::schema::AUDIT_NUMBERS;
use crate::{ArchiveMonth, Shard};
use crossdock_model::Timestamp;
use rusqlite::{Connection, Result, params};

/// Each shard has one chain.
const SHARDS: Chains = Chains {
    table: "audit",
    numbers: AUDIT_NUMBERS,
};

/// Those of the next chain after that place that were written before that time.
pub(super) fn before(
    conn: &Connection,
    before: Timestamp,
    after: i64,
    most: usize,
) -> Result<Bite<AuditRow>> {
    let moment = conn.unchecked_transaction()?;
    let Some(base) = SHARDS.next_base(&moment, after)? else {
        return Ok(Bite::default());
    };
    let (chain, mut seal) = chain(&moment, base)?;
    let mut statement = moment.prepare_cached(&selection())?;
    let last = SHARDS.last(&moment, base)?;
    let values = params![chain.archived, last - 1, integer(most as u64)];
    let rows = statement.query_map(values, AuditRow::read)?;
    // What is not what was written stays where it can be looked at.
    let sealed = rows.map(|row| {
        let row = row?;
        if row.seal(&seal) != row.hash {
            return Err(unsealed(&row));
        }
        seal = row.hash;
        Ok(row)
    });
    chain.bite(&moment, sealed, (before, most), Stage::Audit)
}

fn selection() -> String {
    format!(
        "SELECT {} FROM audit WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT ?3",
        AuditRow::COLUMNS
    )
}

/// Whether anything that belongs into that month, or one before it, is still to leave.
pub(super) fn some_of(conn: &Connection, month: ArchiveMonth) -> Result<bool> {
    SHARDS.some_of(conn, month, |conn, base| Ok(chain(conn, base)?.0))
}

fn shard_of(place: i64) -> Shard {
    Shard(u16::try_from(place >> 46).unwrap_or(u16::MAX))
}

fn chain(conn: &Connection, base: i64) -> Result<(Chain, Hash)> {
    let archived = audit::last_archived(conn, shard_of(base))?;
    let chain = Chain {
        base,
        end: base + AUDIT_NUMBERS,
        archived: archived.map_or(base, |head| base + integer(head.number)),
        month: archived.map(|head| head.month),
    };
    Ok((chain, archived.map_or(GENESIS, |head| head.hash)))
}

fn unsealed(row: &AuditRow) -> rusqlite::Error {
    let (shard, number) = (shard_of(row.place).0, row.place & AUDIT_NUMBERS);
    let why = format!("row {number} of the audit chain of shard {shard} does not fit its seal");
    rusqlite::Error::FromSqlConversionFailure(9, rusqlite::types::Type::Blob, why.into())
}

impl Link for AuditRow {
    fn place(&self) -> i64 {
        self.place
    }

    fn at(&self) -> Timestamp {
        Timestamp::from_nanosecond(self.at.into()).unwrap_or(Timestamp::MIN)
    }

    fn bytes(&self) -> usize {
        self.changed.len()
    }
}

impl Leaving for AuditRow {
    const AT_ONCE: usize = 500;

    fn write(adding: &Connection, some: &[Self]) -> Result<()> {
        month_audit::write(adding, some)
    }

    /// All of one chain, one after the other.
    fn settle(conn: &Connection, month: ArchiveMonth, some: &[Self]) -> Result<usize> {
        let (Some(first), Some(last)) = (some.first(), some.last()) else {
            return Ok(0);
        };
        let gone = SHARDS.delete(conn, (first.place, last.place))?;
        let head = ArchivedHead {
            shard: shard_of(last.place),
            month,
            number: u64::try_from(last.place & AUDIT_NUMBERS).unwrap_or(0),
            hash: last.hash,
        };
        audit::set_archived(conn, &head)?;
        Ok(gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::archive::plan;

    #[test]
    fn what_is_to_leave_is_found_without_a_look_at_anything_else() {
        let plan = plan::of(&selection(), 3);
        assert_eq!(
            plan,
            ["SEARCH audit USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]
        );
    }
}
