//! One group: many jobs, one transaction, one sync, then the acknowledgements.
//!
//! The fast path has no savepoints. If a job must be undone the transaction is rolled back and the same jobs run again, each in a
//! savepoint. `SQLITE_FULL` inside a savepoint ends the whole transaction, after which later statements would commit by themselves:
//! so every error is followed by a look at `is_autocommit`.

use super::error::is_fatal;
use super::job::{Job, JobOutcome};
use super::meter::Meter;
use crate::StoreError;
use rusqlite::Connection;
use std::sync::atomic::Ordering;

/// The result of each job, in the order of the jobs.
type Verdicts = Vec<Result<(), StoreError>>;

/// Runs, commits and settles all of them.
///
/// After an error all of them are left in `jobs`, and the connection is to be closed: what is on disk is the truth, and
/// the failed sync is never retried.
pub(crate) fn commit(
    conn: &Connection,
    jobs: &mut Vec<Box<dyn Job>>,
    meter: &Meter,
) -> rusqlite::Result<()> {
    let verdicts = attempt(conn, jobs, meter).inspect_err(|_lost| Meter::count(&meter.failures))?;
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

fn attempt(
    conn: &Connection,
    jobs: &mut [Box<dyn Job>],
    meter: &Meter,
) -> rusqlite::Result<Verdicts> {
    if let Some(verdicts) = fast(conn, jobs, meter)? {
        return Ok(verdicts);
    }
    Meter::count(&meter.slow_groups);
    slow(conn, jobs, meter)
}

/// All in one go; `None` when a job has to be undone and the others must be run again.
fn fast(
    conn: &Connection,
    jobs: &mut [Box<dyn Job>],
    meter: &Meter,
) -> rusqlite::Result<Option<Verdicts>> {
    let alone = jobs.len() == 1;
    let mut refused = 0;
    statement(conn, "BEGIN IMMEDIATE")?;
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
            Meter::count(&meter.refused);
        }
        return Ok(alone.then(|| vec![undo]));
    }
    end(conn)?;
    meter.refused.fetch_add(refused, Ordering::Relaxed);
    Ok(Some(verdicts))
}

/// Each in a savepoint of its own.
fn slow(conn: &Connection, jobs: &mut [Box<dyn Job>], meter: &Meter) -> rusqlite::Result<Verdicts> {
    statement(conn, "BEGIN IMMEDIATE")?;
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
                Meter::count(&meter.refused);
                Ok(())
            }
            JobOutcome::Failed(error) => Err(error),
        });
    }
    end(conn)?;
    Ok(verdicts)
}

/// Whose error it is: the job's, which is undone alone, or the connection's, which fails the group.
fn classify(conn: &Connection, ran: rusqlite::Result<JobOutcome>) -> rusqlite::Result<JobOutcome> {
    match ran {
        Err(error) if is_fatal(&error) || conn.is_autocommit() => Err(error),
        Err(error) => Ok(JobOutcome::Failed(error.into())),
        Ok(ran) => Ok(ran),
    }
}

fn end(conn: &Connection) -> rusqlite::Result<()> {
    #[cfg(feature = "crash-points")]
    crate::crash::hit(crate::crash::CrashPoint::BeforeCommit);
    statement(conn, "COMMIT")
}

fn statement(conn: &Connection, sql: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(sql)?.execute([]).map(drop)
}
