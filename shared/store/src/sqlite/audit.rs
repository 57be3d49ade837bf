//! The audit chain: who asked for what, each row sealed with the one before it.

use super::outcome::Written;
use super::rows::{nanos, number};
use super::schema::{AUDIT_NUMBERS, audit_base};
use crate::{Batch, Shard};
use aws_lc_rs::digest::{Context, SHA256};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use std::fmt::Write as _;

type Hash = [u8; 32];

/// What the first row of a chain is sealed with.
const GENESIS: Hash = [0; 32];

/// What a look through all audit chains found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditReport {
    /// How many rows were read.
    pub rows: u64,
    /// The first row, by shard and number, that is not what was written.
    pub first_bad: Option<BadRow>,
    /// The last row of each chain that has one: what a witness keeps, so that a cut end is noticed.
    pub heads: Vec<AuditHead>,
}

/// A row that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BadRow {
    /// The shard whose chain it is.
    pub shard: Shard,
    /// Its number in the chain, from 1.
    pub number: u64,
    /// What is wrong with it.
    pub why: String,
}

/// The end of one chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditHead {
    /// The shard whose chain it is.
    pub shard: Shard,
    /// The number of the last row.
    pub number: u64,
    /// Its seal, in hexadecimal.
    pub hash: String,
}

/// What a row says; its seal covers all of it.
struct Entry<'a> {
    place: i64,
    at: i64,
    tenant: &'a str,
    caller: &'a str,
    operation: &'a str,
    correlation: &'a str,
    instance: Option<&'a [u8]>,
    fingerprint: Option<&'a [u8]>,
    changed: &'a str,
}

impl Entry<'_> {
    /// Every field after its length, so that no two rows have the same bytes.
    fn seal(&self, before: &Hash) -> Hash {
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

/// One row for a batch that somebody asked for.
pub(super) fn write(conn: &Connection, batch: &Batch) -> Written<()> {
    let Some(cause) = &batch.cause else {
        return Ok(());
    };
    let base = audit_base(batch.shard);
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

/// Reads every chain from its beginning and finds the first row that is not what was written.
pub(super) fn verify(conn: &Connection) -> rusqlite::Result<AuditReport> {
    let mut report = AuditReport {
        rows: 0,
        first_bad: None,
        heads: Vec::new(),
    };
    let mut statement = conn.prepare(
        "SELECT place, at, tenant, caller, operation, correlation, instance, fingerprint, changed, hash
         FROM audit ORDER BY place",
    )?;
    let mut rows = statement.query([])?;
    let mut chain = Chain {
        shard: None,
        number: 0,
        hash: GENESIS,
    };
    while let Some(row) = rows.next()? {
        report.rows += 1;
        let place = number(row, 0)?;
        let shard = Shard(u16::try_from(place >> 46).unwrap_or(u16::MAX));
        if chain.shard != Some(shard) {
            report.heads.extend(chain.head());
            chain = Chain {
                shard: Some(shard),
                number: 0,
                hash: GENESIS,
            };
        }
        let at = place & AUDIT_NUMBERS.unsigned_abs();
        let bad = if at == chain.number + 1 {
            let sealed: Option<Hash> = row.get(9).ok();
            let seal = reseal(row, &chain.hash);
            chain.hash = sealed.unwrap_or(GENESIS);
            match seal {
                Ok(seal) if Some(seal) == sealed => None,
                Ok(_) => {
                    Some("its seal does not fit what it says, or the row before it".to_owned())
                }
                Err(error) => Some(format!("it cannot be read: {error}")),
            }
        } else {
            Some(format!(
                "rows {} to {} before it are missing",
                chain.number + 1,
                at.saturating_sub(1)
            ))
        };
        chain.number = at;
        if let Some(why) = bad {
            report.first_bad = Some(BadRow {
                shard,
                number: at,
                why,
            });
            return Ok(report);
        }
    }
    report.heads.extend(chain.head());
    Ok(report)
}

struct Chain {
    shard: Option<Shard>,
    number: u64,
    hash: Hash,
}

impl Chain {
    fn head(&self) -> Option<AuditHead> {
        let hash = data_encoding::HEXLOWER.encode(&self.hash);
        self.shard.map(|shard| AuditHead {
            shard,
            number: self.number,
            hash,
        })
    }
}

/// The seal that the row should have.
fn reseal(row: &Row<'_>, before: &Hash) -> rusqlite::Result<Hash> {
    let entry = Entry {
        place: row.get(0)?,
        at: row.get(1)?,
        tenant: row.get_ref(2)?.as_str()?,
        caller: row.get_ref(3)?.as_str()?,
        operation: row.get_ref(4)?.as_str()?,
        correlation: row.get_ref(5)?.as_str()?,
        instance: row.get_ref(6)?.as_blob_or_null()?,
        fingerprint: row.get_ref(7)?.as_blob_or_null()?,
        changed: row.get_ref(8)?.as_str()?,
    };
    Ok(entry.seal(before))
}
