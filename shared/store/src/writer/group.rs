//! One group: many jobs, one transaction, one sync, then the acknowledgements.
//!
//! The fast path has no savepoints. If a job must be undone the transaction is rolled back and the same jobs run again, each in a
//! savepoint. `SQLITE_FULL` inside a savepoint ends the whole transaction, after which later statements would commit by themselves:
//! so every error is followed by a look at `is_autocommit`.

use super::error::is_fatal;
use super::head::{Commit, Head};
use super::job::{Job, JobOutcome};
use super::meter::Meter;
use crate::StoreError;
use rusqlite::Connection;
use std::sync::atomic::Ordering;

/// The result of each job, in the order of the jobs.
type Verdicts = Vec<Result<(), StoreError>>;

/// What came of a group, with its number where it wrote anything that is to be noted.
type Committed = (Verdicts, Option<Commit>);

/// Runs, commits and settles all of them.
///
/// After an error all of them are left in `jobs`, and the connection is to be closed: what is on disk is the truth, and
/// the failed sync is never retried.
pub(crate) fn commit(
    conn: &Connection,
    jobs: &mut Vec<Box<dyn Job>>,
    meter: &Meter,
    head: Option<&Head>,
) -> rusqlite::Result<()> {
    let attempted = attempt(&Transaction { conn, meter, head }, jobs);
    let (verdicts, commit) = attempted.inspect_err(|_lost| Meter::count(&meter.failures))?;
    if let (Some(head), Some(commit)) = (head, commit) {
        head.acknowledge(commit);
    }
    #[cfg(feature = "crash-points")]
    crate::crash::hit(crate::crash::CrashPoint::AfterCommitBeforeAck);
    Meter::count(&meter.commits);
    meter.jobs.fetch_add(jobs.len() as u64, Ordering::Relaxed);
    for (job, verdict) in jobs.drain(..).zip(verdicts) {
        job.complete(verdict);
    }
    Ok(())
}

/// Tells every job that the store failed it.
pub(crate) fn fail(jobs: &mut Vec<Box<dyn Job>>, error: &StoreError) {
    for job in jobs.drain(..) {
        job.complete(Err(error.clone()));
    }
}

/// What a group is written over.
struct Transaction<'a> {
    conn: &'a Connection,
    meter: &'a Meter,
    head: Option<&'a Head>,
}

fn attempt(over: &Transaction<'_>, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<Committed> {
    if let Some(committed) = fast(over, jobs)? {
        return Ok(committed);
    }
    Meter::count(&over.meter.slow_groups);
    slow(over, jobs)
}

/// All in one go; `None` when a job has to be undone and the others must be run again.
fn fast(over: &Transaction<'_>, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<Option<Committed>> {
    let conn = over.conn;
    let alone = jobs.len() == 1;
    let mut refused = 0;
    statement(conn, "BEGIN IMMEDIATE")?;
    let begun_at = conn.total_changes();
    let mut verdicts = Vec::with_capacity(jobs.len());
    for job in jobs.iter_mut() {
        let before = conn.total_changes();
        let undo = match classify(conn, job.run(conn))? {
            JobOutcome::Done => {
                verdicts.push(Ok(()));
                continue;
            }
            // It wrote nothing, so there is nothing to undo: the group goes on.
            JobOutcome::Refused if conn.total_changes() == before => {
                refused += 1;
                verdicts.push(Ok(()));
                continue;
            }
            JobOutcome::Refused => Ok(()),
            JobOutcome::Failed(error) => Err(error),
        };
        statement(conn, "ROLLBACK")?;
        if alone && undo.is_ok() {
            Meter::count(&over.meter.refused);
        }
        return Ok(alone.then(|| (vec![undo], None)));
    }
    let commit = end(over, begun_at)?;
    over.meter.refused.fetch_add(refused, Ordering::Relaxed);
    Ok(Some((verdicts, commit)))
}

/// Each in a savepoint of its own.
fn slow(over: &Transaction<'_>, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<Committed> {
    let conn = over.conn;
    statement(conn, "BEGIN IMMEDIATE")?;
    let begun_at = conn.total_changes();
    let mut verdicts = Vec::with_capacity(jobs.len());
    for job in jobs.iter_mut() {
        statement(conn, "SAVEPOINT job")?;
        let ran = classify(conn, job.run(conn))?;
        if !matches!(ran, JobOutcome::Done) {
            statement(conn, "ROLLBACK TO job")?;
        }
        statement(conn, "RELEASE job")?;
        verdicts.push(match ran {
            JobOutcome::Done => Ok(()),
            JobOutcome::Refused => {
                Meter::count(&over.meter.refused);
                Ok(())
            }
            JobOutcome::Failed(error) => Err(error),
        });
    }
    let commit = end(over, begun_at)?;
    Ok((verdicts, commit))
}

/// Whose error it is: the job's, which is undone alone, or the connection's, which fails the group.
fn classify(conn: &Connection, ran: rusqlite::Result<JobOutcome>) -> rusqlite::Result<JobOutcome> {
    match ran {
        Err(error) if is_fatal(&error) || conn.is_autocommit() => Err(error),
        Err(error) => Ok(JobOutcome::Failed(error.into())),
        Ok(ran) => Ok(ran),
    }
}

/// Counts what wrote anything, and commits.
fn end(over: &Transaction<'_>, begun_at: u64) -> rusqlite::Result<Option<Commit>> {
    let counted = over.head.is_some() && over.conn.total_changes() != begun_at;
    let commit = counted.then(|| Head::count(over.conn)).transpose()?;
    #[cfg(feature = "crash-points")]
    crate::crash::hit(crate::crash::CrashPoint::BeforeCommit);
    statement(over.conn, "COMMIT")?;
    Ok(commit)
}

fn statement(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.execute([]).map(drop)
}
