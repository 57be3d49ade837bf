//! Reading the chains, row by row, each by the seal of the one before it.

use super::archived::{ArchivedHead, archived};
use super::report::{AuditHead, AuditReport, BadRow};
use super::seal::{AuditRow, GENESIS, Hash};
use crate::Shard;
use crate::sqlite::schema::AUDIT_NUMBERS;
use rusqlite::{Connection, Result, Row};
use std::collections::BTreeMap;

/// How far each chain was read.
#[derive(Debug, Default)]
pub(in crate::sqlite) struct Walk {
    rows: u64,
    chains: BTreeMap<u16, (u64, Hash)>,
}

impl Walk {
    /// Reads the next row of its chain; what is wrong with it, where it is not what was written.
    pub(in crate::sqlite) fn pass(&mut self, row: &Row<'_>) -> Result<Option<BadRow>> {
        self.rows += 1;
        let place: i64 = row.get(0)?;
        let shard = Shard(u16::try_from(place >> 46).unwrap_or(u16::MAX));
        let number = u64::try_from(place & AUDIT_NUMBERS).unwrap_or(0);
        let (read, before) = self.at(shard);
        let why = if number == read + 1 {
            match AuditRow::read(row) {
                Ok(row) if row.seal(&before) == row.hash => {
                    self.chains.insert(shard.0, (number, row.hash));
                    return Ok(None);
                }
                Ok(_) => "its seal does not fit what it says, or the row before it".to_owned(),
                Err(error) => format!("it cannot be read: {error}"),
            }
        } else {
            let (first, last) = (read + 1, number.saturating_sub(1));
            format!("rows {first} to {last} before it are missing")
        };
        Ok(Some(BadRow { shard, number, why }))
    }

    /// The number and the seal of the last row that was read of a chain.
    pub(in crate::sqlite) fn at(&self, shard: Shard) -> (u64, Hash) {
        self.chains.get(&shard.0).copied().unwrap_or((0, GENESIS))
    }

    /// Goes on after the last row of a month.
    pub(in crate::sqlite) fn skip(&mut self, to: &ArchivedHead) {
        self.chains.insert(to.shard.0, (to.number, to.hash));
    }

    /// What was read, up to a row that is not what was written.
    pub(in crate::sqlite) fn report(self, first_bad: Option<BadRow>) -> AuditReport {
        let head = |(shard, (number, hash)): (u16, (u64, Hash))| AuditHead {
            shard: Shard(shard),
            number,
            hash: data_encoding::HEXLOWER.encode(&hash),
        };
        AuditReport {
            rows: self.rows,
            first_bad,
            heads: self.chains.into_iter().map(head).collect(),
        }
    }
}

/// Reads every chain from its first live row, and finds the first one that is not what was written.
pub(in crate::sqlite) fn verify(conn: &Connection) -> Result<AuditReport> {
    let mut walk = Walk::default();
    for head in archived(conn)? {
        walk.skip(&head);
    }
    let sql = format!("SELECT {} FROM audit ORDER BY place", AuditRow::COLUMNS);
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(bad) = walk.pass(row)? {
            return Ok(walk.report(Some(bad)));
        }
    }
    Ok(walk.report(None))
}
