//! What a row of the chain says, and its seal.

use aws_lc_rs::digest::{Context, SHA256};
use rusqlite::{Result, Row};

/// A seal: SHA-256.
pub(in crate::sqlite) type Hash = [u8; 32];

/// What the first row of a chain is sealed with.
pub(in crate::sqlite) const GENESIS: Hash = [0; 32];

/// What a row says; its seal covers all of it.
pub(super) struct Entry<'a> {
    pub(super) place: i64,
    pub(super) at: i64,
    pub(super) tenant: &'a str,
    pub(super) caller: &'a str,
    pub(super) operation: &'a str,
    pub(super) correlation: &'a str,
    pub(super) instance: Option<&'a [u8]>,
    pub(super) fingerprint: Option<&'a [u8]>,
    pub(super) changed: &'a str,
}

impl Entry<'_> {
    /// Every field after its length, so that no two rows have the same bytes.
    pub(super) fn seal(&self, before: &Hash) -> Hash {
        let mut context = Context::new(&SHA256);
        context.update(before);
        context.update(&self.place.to_be_bytes());
        context.update(&self.at.to_be_bytes());
        let fields = [
            self.tenant,
            self.caller,
            self.operation,
            self.correlation,
            self.changed,
        ]
        .map(str::as_bytes);
        let blobs = [self.instance, self.fingerprint].map(Option::unwrap_or_default);
        for field in fields.into_iter().chain(blobs) {
            context.update(&(field.len() as u64).to_be_bytes());
            context.update(field);
        }
        let mut hash = GENESIS;
        for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        hash
    }
}

/// A row as stored.
#[derive(Debug)]
pub(in crate::sqlite) struct AuditRow {
    pub(in crate::sqlite) place: i64,
    pub(in crate::sqlite) at: i64,
    pub(in crate::sqlite) tenant: String,
    pub(in crate::sqlite) caller: String,
    pub(in crate::sqlite) operation: String,
    pub(in crate::sqlite) correlation: String,
    pub(in crate::sqlite) instance: Option<Vec<u8>>,
    pub(in crate::sqlite) fingerprint: Option<Vec<u8>>,
    pub(in crate::sqlite) changed: String,
    pub(in crate::sqlite) hash: Hash,
}

impl AuditRow {
    /// Its columns, in the order in which it is read and written.
    pub(in crate::sqlite) const COLUMNS: &str =
        "place, at, tenant, caller, operation, correlation, instance, fingerprint, changed, hash";

    /// From a row of [`Self::COLUMNS`].
    pub(in crate::sqlite) fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            place: row.get(0)?,
            at: row.get(1)?,
            tenant: row.get(2)?,
            caller: row.get(3)?,
            operation: row.get(4)?,
            correlation: row.get(5)?,
            instance: row.get(6)?,
            fingerprint: row.get(7)?,
            changed: row.get(8)?,
            hash: row.get(9)?,
        })
    }

    /// The seal that it should have after a row with that one.
    pub(in crate::sqlite) fn seal(&self, before: &Hash) -> Hash {
        let entry = Entry {
            place: self.place,
            at: self.at,
            tenant: &self.tenant,
            caller: &self.caller,
            operation: &self.operation,
            correlation: &self.correlation,
            instance: self.instance.as_deref(),
            fingerprint: self.fingerprint.as_deref(),
            changed: &self.changed,
        };
        entry.seal(before)
    }
}
