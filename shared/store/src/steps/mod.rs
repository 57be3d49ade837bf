//! How many steps SQLite takes for each statement, counted in tests that show that no statement costs more with a long history.

mod sources;

pub use sources::unmeasured;

use crate::{StoreError, Writer};
use rusqlite::trace::{StmtRef, TraceEvent, TraceEventCodes};
use rusqlite::{Connection, StatementStatus};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The steps of each statement, by its text.
pub type Steps = BTreeMap<String, i64>;

/// Statements that may do what others must not: a part of the text, and the reason.
pub type Exceptions<'a> = &'a [(&'a str, &'a str)];

/// Counts what every statement over one database in memory costs, from its making on.
#[derive(Debug, Clone)]
pub struct StepCounter(Arc<Mutex<Counted>>);

#[derive(Debug, Default)]
struct Counted {
    /// The steps that a statement had behind it when it began this time.
    begun: HashMap<String, i64>,
    taken: Steps,
}

impl StepCounter {
    /// Begins to count; a file is refused, whose statements run over many connections.
    pub fn of(writer: &Writer) -> Result<Self, StoreError> {
        let counter = Self(Arc::default());
        let counts = counter.clone();
        writer.with_connection(move |conn| {
            let events = TraceEventCodes::SQLITE_TRACE_STMT | TraceEventCodes::SQLITE_TRACE_PROFILE;
            conn.trace_v2(
                events,
                Some(move |event: TraceEvent<'_>| counts.note(&event)),
            )
        })?;
        Ok(counter)
    }

    /// What was counted since it was last asked.
    pub fn take(&self) -> Steps {
        std::mem::take(&mut self.lock().taken)
    }

    fn note(&self, event: &TraceEvent<'_>) {
        let steps = |of: &StmtRef<'_>| i64::from(of.get_status(StatementStatus::VmStep));
        // Whatever else there is was not asked for.
        if let TraceEvent::Stmt(statement, _) = event {
            // A trigger's part of a statement is announced too: what counts is where the whole began.
            let begun = &mut self.lock().begun;
            begun
                .entry(statement.sql().into_owned())
                .or_insert_with(|| steps(statement));
        } else if let TraceEvent::Profile(statement, _) = event {
            let mut counted = self.lock();
            let text = statement.sql().into_owned();
            let before = counted.begun.remove(&text).unwrap_or(0);
            *counted.taken.entry(text).or_default() += steps(statement) - before;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts in a history: `tables` fills each table with a statement that selects from `n (i)`, the numbers from 1 to `rows`.
pub fn fill(writer: &Writer, rows: usize, tables: &str) -> Result<(), StoreError> {
    let filling = format!(
        "BEGIN;
         CREATE TEMP TABLE n AS
           WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i FROM n;
         {tables}
         DROP TABLE n;
         COMMIT;"
    );
    writer.with_connection(|conn| conn.execute_batch(&filling))
}

/// The statements that take twice as many steps, or more, for the same work over a long history as over a short one.
///
/// An exception that nothing needs is a complaint too.
pub fn grown(short: &Steps, long: &Steps, exceptions: Exceptions<'_>) -> Vec<String> {
    let mut needed = vec![false; exceptions.len()];
    let mut complaints = Vec::new();
    for (text, after) in long {
        let Some(before) = short.get(text) else {
            complaints.push(format!("only over the long history: {text}"));
            continue;
        };
        if *after < 2 * before {
            continue;
        }
        let excepted = exceptions.iter().position(|(part, _)| text.contains(part));
        if let Some(needed) = excepted.and_then(|place| needed.get_mut(place)) {
            *needed = true;
        } else {
            complaints.push(format!("{before} steps became {after}: {text}"));
        }
    }
    let stale = exceptions.iter().zip(needed).filter(|(_, needed)| !needed);
    complaints.extend(stale.map(|((part, _), _)| format!("no exception is needed for {part}")));
    complaints
}

/// The statements whose plan reads a table without an index, as SQLite explains it.
///
/// A scan in the order of a key is a plan of its own kind: what it costs is for [`grown`] to say.
pub fn scans(
    conn: &Connection,
    statements: &Steps,
    exceptions: Exceptions<'_>,
) -> rusqlite::Result<Vec<String>> {
    let mut complaints = Vec::new();
    for text in statements.keys().filter(|text| is_planned(text)) {
        let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {text}"))?;
        let mut rows = explained.raw_query();
        while let Some(row) = rows.next()? {
            let detail: String = row.get(3)?;
            let whole = detail.starts_with("SCAN ") && !detail.contains(" USING ");
            let is_table = !["SCAN (", "CONSTANT ROW", "VIRTUAL TABLE"]
                .iter()
                .any(|other| detail.contains(other));
            let excepted = exceptions.iter().any(|(part, _)| text.contains(part));
            if whole && is_table && !excepted {
                complaints.push(format!("{detail}: {text}"));
            }
        }
    }
    Ok(complaints)
}

/// Whether a statement reads or changes rows.
fn is_planned(text: &str) -> bool {
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
        .iter()
        .any(|verb| text.trim_start().starts_with(verb))
}

/// The tables that have no more than so many rows: what a test about a long history did not fill.
pub fn smaller_than(conn: &Connection, rows: i64) -> rusqlite::Result<Vec<String>> {
    let mut names = conn.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )?;
    let names = names.query_map([], |row| row.get(0))?;
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    let mut small = Vec::new();
    for name in names {
        let count: i64 =
            conn.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| {
                row.get(0)
            })?;
        if count < rows {
            small.push(name);
        }
    }
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::JobError;

    const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, day INTEGER NOT NULL, text TEXT NOT NULL)";

    fn filled(rows: i64) -> (Writer, StepCounter) {
        let writer = Writer::memory(SCHEMA).unwrap();
        let counter = StepCounter::of(&writer).unwrap();
        let fill = writer.write_blocking(move |conn| {
            let sql =
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
                       INSERT INTO note SELECT i, i / 10, 'x' FROM n";
            Ok::<usize, JobError<()>>(conn.execute(sql, [rows])?)
        });
        fill.unwrap();
        counter.take();
        (writer, counter)
    }

    fn asked(rows: i64, sql: &'static str) -> (Steps, Vec<String>) {
        let (writer, counter) = filled(rows);
        for _again in 0..3 {
            let found = writer.read_blocking(|conn| {
                conn.prepare_cached(sql)?
                    .query_row([7], |row| row.get::<_, i64>(0))
            });
            found.unwrap();
        }
        let steps = counter.take();
        let scans = writer.read_blocking(|conn| scans(conn, &steps, &[]));
        (steps, scans.unwrap())
    }

    #[test]
    fn a_statement_that_scans_is_found_and_one_that_seeks_is_not() {
        let seek = "SELECT day FROM note WHERE id = ?1";
        let (short, _) = asked(100, seek);
        let (long, plan) = asked(10_000, seek);
        assert_eq!(short.keys().collect::<Vec<_>>(), [seek]);
        assert_eq!((grown(&short, &long, &[]), plan), (vec![], vec![]));

        let scan = "SELECT count(*) FROM note WHERE day = ?1";
        let (short, _) = asked(100, scan);
        let (long, plan) = asked(10_000, scan);
        let complaints = grown(&short, &long, &[]);
        assert!(complaints[0].contains(scan), "{complaints:?}");
        assert_eq!(plan, [format!("SCAN note: {scan}")]);
        assert_eq!(grown(&short, &long, &[("day = ?1", "shown here")]), [""; 0]);
        let stale = grown(&short, &long, &[("day = ?1", "shown here"), ("x", "never")]);
        assert_eq!(stale, ["no exception is needed for x"]);
    }

    #[test]
    fn steps_of_each_run_are_added_up() {
        let seek = "SELECT day FROM note WHERE id = ?1";
        let (writer, counter) = filled(100);
        let once = |writer: &Writer| {
            let found = writer.read_blocking(|conn| {
                conn.prepare_cached(seek)?
                    .query_row([7], |row| row.get::<_, i64>(0))
            });
            found.unwrap();
        };
        once(&writer);
        let first = counter.take()[seek];
        once(&writer);
        once(&writer);
        assert_eq!(counter.take()[seek], 2 * first);
        let small = writer.read_blocking(|conn| smaller_than(conn, 100));
        assert_eq!(small.unwrap(), ["write_probe"]);
    }
}
