//! Rows that are numbered without a gap leave in that order: a chain in the archive, the rest of it live.
//!
//! Its last row stays, so that the next number is known, and each row goes into the month of its time or, where the one before
//! it is in a later month, into that one: the months of a chain follow one another as its rows do.

use super::erase;
use super::leaving::{BITE_BYTES, Bite};
use super::place::Stage;
use crate::sqlite::rows;
use crate::writer::is_unreadable;
use crate::{ArchiveMonth, StoreError};
use crossdock_model::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result};

/// A table of chains: its rows' keys, the places, are a chain's base and a number from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chains {
    pub(super) table: &'static str,
    /// The highest number that a row can have.
    pub(super) numbers: i64,
}

/// A row of a chain that may leave.
pub(super) trait Link {
    /// Its key: that of the one before it, and one more.
    fn place(&self) -> i64;
    /// When it was written.
    fn at(&self) -> Timestamp;
    /// About how many bytes it takes.
    fn bytes(&self) -> usize;
}

/// A chain as far as it may leave.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    /// The place before its first row.
    pub(super) base: i64,
    /// The highest place that one of its rows can have.
    pub(super) end: i64,
    /// The last place that is in the archive; the base where none is.
    pub(super) archived: i64,
    /// The month which that is in.
    pub(super) month: Option<ArchiveMonth>,
}

impl Chains {
    /// The base of the chain that a place is in.
    pub(super) fn base_of(self, place: i64) -> i64 {
        place - (place & self.numbers)
    }

    /// The base of the next chain that has a row after that place.
    pub(super) fn next_base(self, conn: &Connection, after: i64) -> Result<Option<i64>> {
        let sql = format!(
            "SELECT place FROM {} WHERE place > ?1 ORDER BY place LIMIT 1",
            self.table
        );
        let next = conn
            .prepare_cached(&sql)?
            .query_row([after], |row| row.get(0))
            .optional()?;
        Ok(next.map(|place| self.base_of(place)))
    }

    /// The place of a chain's last row, which stays.
    pub(super) fn last(self, conn: &Connection, base: i64) -> Result<i64> {
        let sql = format!(
            "SELECT max(place) FROM {} WHERE place > ?1 AND place <= ?2",
            self.table
        );
        conn.prepare_cached(&sql)?
            .query_row([base, base + self.numbers], |row| row.get(0))
    }

    /// When the first row after a place was written, up to another place.
    pub(super) fn first_at(
        self,
        conn: &Connection,
        (after, until): (i64, i64),
    ) -> Result<Option<Timestamp>> {
        let sql = format!(
            "SELECT at FROM {} WHERE place > ?1 AND place <= ?2 ORDER BY place LIMIT 1",
            self.table
        );
        conn.prepare_cached(&sql)?
            .query_row([after, until], |row| rows::time(row, 0))
            .optional()
    }

    /// Whether anything that belongs into that month, or one before it, is still to leave.
    pub(super) fn some_of(
        self,
        conn: &Connection,
        month: ArchiveMonth,
        chain: impl Fn(&Connection, i64) -> Result<Chain>,
    ) -> Result<bool> {
        let moment = conn.unchecked_transaction()?;
        let mut after = 0;
        while let Some(base) = self.next_base(&moment, after)? {
            let chain = chain(&moment, base)?;
            let last = self.last(&moment, base)?;
            let first = self.first_at(&moment, (chain.archived, last - 1))?;
            if chain.has_some_of(first, month) {
                return Ok(true);
            }
            after = chain.end;
        }
        Ok(false)
    }

    /// Takes rows of a chain away, from one place to another; how many there were.
    pub(super) fn delete(self, conn: &Connection, (from, to): (i64, i64)) -> Result<usize> {
        let sql = format!(
            "DELETE FROM {} WHERE place >= ?1 AND place <= ?2",
            self.table
        );
        conn.prepare_cached(&sql)?.execute([from, to])
    }
}

impl Chain {
    /// What of these rows is old enough; `stage` is what goes on after a place.
    pub(super) fn bite<T: Link>(
        &self,
        conn: &Connection,
        rows: impl Iterator<Item = Result<T>>,
        (before, most): (Timestamp, usize),
        stage: fn(i64) -> Stage,
    ) -> Result<Bite<T>> {
        let mut bite = Bite {
            next: Some(stage(self.end)),
            ..Bite::default()
        };
        let mut month = self
            .month
            .map_or(Ok(None), |month| open_month(conn, month).map(Some))?;
        let (mut place, mut taken, mut bytes) = (self.archived, 0, 0);
        for row in rows {
            let row = match row {
                Ok(row) => row,
                // It stays where a restore can mend it, what follows waits behind it, and the other chains go on.
                Err(error) if is_unreadable(&error) => {
                    tracing::error!(error = %StoreError::from(error), "a row is not moved to the archive, nor what follows it");
                    bite.damaged += 1;
                    return Ok(bite);
                }
                Err(error) => return Err(error),
            };
            if row.at() >= before {
                return Ok(bite);
            }
            if row.place() != place + 1 {
                tracing::error!(
                    after = place,
                    "rows are missing, and what follows is not moved to the archive"
                );
                bite.damaged += 1;
                return Ok(bite);
            }
            place = row.place();
            let own = ArchiveMonth::of(row.at());
            let into = match month {
                Some(month) if month >= own => month,
                Some(_) | None => open_month(conn, own)?,
            };
            month = Some(into);
            bytes += row.bytes();
            taken += 1;
            bite.leaving.entry(into).or_default().push(row);
            if taken == most || bytes >= BITE_BYTES {
                bite.next = Some(stage(self.base));
                break;
            }
        }
        Ok(bite)
    }

    /// Whether one of its rows that may leave at some time belongs into that month or one before it; its first row says it.
    fn has_some_of(&self, first: Option<Timestamp>, month: ArchiveMonth) -> bool {
        let into = first.map(|at| Some(ArchiveMonth::of(at)).max(self.month));
        into.flatten().is_some_and(|into| into <= month)
    }
}

/// What is left of an erased month goes into the next one that is not.
fn open_month(conn: &Connection, mut month: ArchiveMonth) -> Result<ArchiveMonth> {
    while erase::is_erased(conn, month)? {
        month = month.next();
    }
    Ok(month)
}
