//! A book with a long history behind it, for tests that show that no request costs more for it.

use crate::book::Book;
use crossdock_store::StoreError;
use crossdock_store::steps::{self, Exceptions, StepCounter, Steps};
use std::path::Path;

/// The common tables of a long history; the older half of it has outlived every retention.
const COMMON: &str = "
INSERT INTO request_log (at, method, path, idempotency_key, body_hash, status)
  SELECT {now} - 86400000 * CASE WHEN 2 * i < {rows} THEN 40 ELSE 1 END, 'POST', '/old', printf('old-%08d', i), zeroblob(32), 200 FROM n;
INSERT INTO kept_answer
  SELECT printf('old-%08d', i), {now} - 86400000 * CASE WHEN 2 * i < {rows} THEN 40 ELSE 0 END, '/old', zeroblob(32), '{}' FROM n;
INSERT INTO webhook_outbox (id, object, kind, body, created_at, attempts, next_at, delivered_at)
  SELECT printf('msg_old-%08d', i), printf('old-%08d', i / 5), 'old', '{}', at, 1, at, at
  FROM (SELECT i, {now} - 86400000 * CASE WHEN 2 * i < {rows} THEN 40 ELSE 1 END AS at FROM n);
";

/// What a book holds of the past, and what may cost more for it.
#[derive(Debug)]
pub struct History<'a> {
    /// Statements that fill each of the backend's own tables from `n (i)`, the numbers from 1 to `{rows}`; `{now}` is the book's
    /// time in milliseconds.
    pub tables: &'a str,
    /// Tables that do not grow with what is sold.
    pub bounded: &'a [&'a str],
    /// Statements that may cost more, each with its reason.
    pub grows: Exceptions<'a>,
    /// Statements that may read a table without an index, each with its reason.
    pub scans: Exceptions<'a>,
    /// Statements in the sources that no request runs, each with its reason.
    pub unmeasured: Exceptions<'a>,
    /// The folder of the backend's package.
    pub package: &'a str,
}

/// A book in memory with its history, and what was asked of it since.
#[derive(Debug)]
pub struct Measuring {
    book: Book,
    counter: StepCounter,
}

impl History<'_> {
    /// Puts a history of that many orders into a book in memory, and counts from then on.
    ///
    /// A table that is neither filled nor named as bounded is an error.
    pub fn fill(&self, book: &Book, rows: usize) -> Result<Measuring, StoreError> {
        let now = book.now().as_millisecond().to_string();
        let tables = format!("{COMMON}{}", self.tables)
            .replace("{now}", &now)
            .replace("{rows}", &rows.to_string());
        steps::fill(book.writer(), rows, &tables)?;
        let least = i64::try_from(rows).unwrap_or(i64::MAX);
        let small = book
            .writer()
            .read_blocking(|conn| steps::smaller_than(conn, least))?;
        let unknown: Vec<String> = small
            .into_iter()
            .filter(|table| table != "write_probe" && !self.bounded.contains(&table.as_str()))
            .collect();
        if !unknown.is_empty() {
            let unknown = unknown.join(", ");
            return Err(StoreError::Malformed(format!(
                "the history has no rows for {unknown}; fill them, or name them as bounded"
            )));
        }
        Ok(Measuring {
            counter: StepCounter::of(book.writer())?,
            book: book.clone(),
        })
    }

    /// What is wrong with statements that did the same work over a short and over a long history; nothing, if all is well.
    pub fn complaints(
        &self,
        short: &Measuring,
        long: &Measuring,
    ) -> Result<Vec<String>, StoreError> {
        let (before, after) = (short.counter.take(), long.counter.take());
        let mut complaints = steps::grown(&before, &after, self.grows);
        let scans = |conn: &rusqlite::Connection| steps::scans(conn, &after, self.scans);
        complaints.extend(long.book.writer().read_blocking(scans)?);
        complaints.extend(self.forgotten(&after)?);
        Ok(complaints)
    }

    fn forgotten(&self, measured: &Steps) -> Result<Vec<String>, StoreError> {
        let sources = Path::new(self.package).join("src");
        let unmeasured = steps::unmeasured(&sources, measured, self.unmeasured);
        let unmeasured = unmeasured.map_err(|error| {
            let folder = sources.display();
            StoreError::Broken(format!("the sources in {folder} cannot be read: {error}").into())
        })?;
        let said = unmeasured.into_iter();
        Ok(said
            .map(|text| format!("no request runs it: {text}"))
            .collect())
    }
}
