//! Idempotency keys, in buckets of a day: what is new is inserted beside what is new, and what is old goes as a range.

use super::memory::Memory;
use super::outcome::Written;
use super::rows::uuid;
use super::table::IDEMPOTENCY;
use crate::{Batch, Binding, Claim, Claimed, Conflict};
use crossdock_model::{InstanceId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// For how many days a key stays bound.
const KEPT_DAYS: i64 = 7;
/// How many rows of a past day a new claim sweeps away: more than one, so the sweeping catches up.
const SWEPT_AT_ONCE: i64 = 16;

/// The day of a moment, counted from 1970.
pub(super) fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

/// The claim of a batch, and what it is bound to.
fn binding(batch: &Batch) -> Option<(&Claim, Binding)> {
    let claim = batch.cause.as_ref()?.claim.as_ref()?;
    let started = batch.instance.as_ref().map(|write| Binding {
        instance: write.id,
        status: None,
    });
    Some((claim, started.or(batch.binds)?))
}

/// What the key is bound to, on any of these days, newest first.
pub(super) fn find(
    conn: &Connection,
    claim: &Claim,
    days: &[i64],
) -> rusqlite::Result<Option<Claimed>> {
    let sql = format!(
        "{} WHERE day = ?1 AND scope = ?2 AND key = ?3",
        IDEMPOTENCY.select
    );
    for day in days.iter().rev() {
        let found = conn
            .prepare_cached(&sql)?
            .query_row(params![day, claim.scope, claim.key], |row| {
                IDEMPOTENCY.verify(row)?;
                Ok(Claimed {
                    instance: InstanceId(uuid(row, 3)?),
                    fingerprint: row.get(4)?,
                    status: row.get(5)?,
                })
            })
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The days that have rows.
pub(super) fn days(conn: &Connection) -> rusqlite::Result<BTreeSet<i64>> {
    let mut days = BTreeSet::new();
    let mut newest: Option<i64> =
        conn.query_row("SELECT max(day) FROM idempotency", [], |row| row.get(0))?;
    while let Some(day) = newest {
        days.insert(day);
        newest = conn.query_row(
            "SELECT max(day) FROM idempotency WHERE day < ?1",
            [day],
            |row| row.get(0),
        )?;
    }
    Ok(days)
}

pub(super) fn must_be_free(conn: &Connection, batch: &Batch, memory: &Memory) -> Written<()> {
    let Some((claim, _)) = binding(batch) else {
        return Ok(());
    };
    let days = memory.claim_days(day(batch.at) - KEPT_DAYS);
    match find(conn, claim, &days)? {
        Some(Claimed {
            instance,
            fingerprint,
            ..
        }) => Err(Conflict::Claim {
            instance,
            fingerprint,
        }
        .into()),
        None => Ok(()),
    }
}

pub(super) fn bind(conn: &Connection, batch: &Batch, memory: &Memory) -> Written<()> {
    let Some((claim, Binding { instance, status })) = binding(batch) else {
        return Ok(());
    };
    let today = day(batch.at);
    let bound = instance.0.as_bytes();
    let (scope, key, used_with) = (&claim.scope, &claim.key, claim.fingerprint);
    IDEMPOTENCY.insert(conn, params![today, scope, key, bound, used_with, status])?;
    // Remembered even if this is rolled back: a day without rows costs one look, no more.
    memory.claim_day(today);
    if let Some(past) = memory
        .oldest_claim_day()
        .filter(|oldest| *oldest < today - KEPT_DAYS)
    {
        let swept = conn
            .prepare_cached(
                "DELETE FROM idempotency WHERE day = ?1 AND (scope, key) IN
                   (SELECT scope, key FROM idempotency WHERE day = ?1 LIMIT ?2)",
            )?
            .execute(params![past, SWEPT_AT_ONCE])?;
        if swept == 0 {
            memory.forget_claim_day(past);
        }
    }
    Ok(())
}
