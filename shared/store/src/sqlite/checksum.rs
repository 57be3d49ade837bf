//! The checksum of a row, by which a row that is not what was written is noticed when it is read.
//!
//! CRC-32: a burst of up to 32 flipped bits is found for certain, anything else but once in four thousand million.

use crc32fast::Hasher;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Error, Result, Row, ToSql};
use std::ops::Range;

/// A checksum that is still being added to: each value after its type and its length.
#[derive(Clone)]
pub(super) struct Checksum(Hasher);

impl Checksum {
    /// Begins with the table's name, so that a row of another table never fits.
    pub(super) fn of(table: &str) -> Self {
        let mut begun = Self(Hasher::new());
        begun.add(ValueRef::Text(table.as_bytes()));
        begun
    }

    /// The columns of a row as they are stored.
    pub(super) fn columns(mut self, row: &Row<'_>, columns: Range<usize>) -> Result<Self> {
        for column in columns {
            self.add(row.get_ref(column)?);
        }
        Ok(self)
    }

    /// Values as they are about to be stored.
    pub(super) fn values(mut self, values: &[&dyn ToSql]) -> Result<Self> {
        for value in values {
            match value.to_sql()? {
                ToSqlOutput::Borrowed(value) => self.add(value),
                ToSqlOutput::Owned(value) => self.add((&value).into()),
                // What rusqlite may add one day; no value of ours is one.
                other => return Err(Error::ToSqlConversionFailure(format!("{other:?}").into())),
            }
        }
        Ok(self)
    }

    /// As it is stored: four bytes.
    pub(super) fn finish(self) -> i64 {
        i64::from(self.0.finalize().cast_signed())
    }

    fn add(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Null => self.0.update(&[0]),
            ValueRef::Integer(value) => self.fixed(1, value.to_le_bytes()),
            ValueRef::Real(value) => self.fixed(2, value.to_le_bytes()),
            ValueRef::Text(text) => self.sized(3, text),
            ValueRef::Blob(blob) => self.sized(4, blob),
        }
    }

    fn sized(&mut self, kind: u8, value: &[u8]) {
        self.fixed(kind, (value.len() as u64).to_le_bytes());
        self.0.update(value);
    }

    fn fixed(&mut self, kind: u8, value: [u8; 8]) {
        self.0.update(&[kind]);
        self.0.update(&value);
    }
}

/// A journal's running checksum after one more batch: what stands in the instance's row, so that a lost journal row is noticed.
pub(super) fn journal(before: i64, revision: i64, entries: &[u8]) -> i64 {
    let mut sum = Checksum::of("journal");
    sum.add(ValueRef::Integer(before));
    sum.add(ValueRef::Integer(revision));
    sum.add(ValueRef::Blob(entries));
    sum.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[&dyn ToSql]) -> i64 {
        Checksum::of("t").values(values).unwrap().finish()
    }

    #[test]
    fn neighbouring_values_do_not_run_together() {
        assert_ne!(sum(&[&"a", &"bc"]), sum(&[&"ab", &"c"]));
        assert_ne!(sum(&[&"1"]), sum(&[&1]));
        assert_ne!(sum(&[&None::<i64>]), sum(&[&0]));
        assert_ne!(
            sum(&[&"a"]),
            Checksum::of("u").values(&[&"a"]).unwrap().finish()
        );
    }

    #[test]
    fn a_journal_without_one_of_its_rows_has_another_checksum() {
        let first = journal(0, 1, b"started");
        assert_ne!(journal(first, 2, b"done"), journal(0, 2, b"done"));
        assert_ne!(journal(first, 2, b"done"), journal(first, 3, b"done"));
    }
}
