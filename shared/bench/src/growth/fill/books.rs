//! Copies what the template orders wrote into the backends' books, and adds it to their totals.

use crate::growth::fill::contents::{Contents, Rows};
use crate::growth::fill::nth::Nth;
use crate::growth::fill::rows::Template;
use crate::growth::fill::scan::Scan;
use crate::growth::fill::tables::{ALL, COMMON, Tables};
use crate::growth::fill::totals::{Added, added};
use crossdock_store::{JobError, StoreError, Writer, WriterOptions};
use rusqlite::Connection;
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

/// What the template orders did to one book.
#[derive(Debug)]
pub(crate) struct Book {
    file: String,
    templates: Arc<[Template]>,
    added: Arc<[Added]>,
    last_number: Option<(&'static str, &'static str)>,
}

impl Book {
    /// From what was in it before them and is after them.
    pub(crate) fn of(before: &Contents, after: &Contents, scan: &Scan) -> Result<Self, String> {
        let domain = after.domain;
        let known = ALL.iter().find(|tables| tables.domain == domain);
        let known = known.ok_or_else(|| format!("nobody says what tables {domain} has"))?;
        let mut templates = Vec::new();
        for table in COMMON.iter().chain(known.rows) {
            let (old, new) = (rows(before, table.name)?, rows(after, table.name)?);
            let template = Template::of(table, old, new, scan);
            templates.push(template.map_err(|why| format!("{domain}: {why}"))?);
        }
        let mut all_added = Vec::new();
        for totals in known.totals {
            let (old, new) = (rows(before, totals.name)?, rows(after, totals.name)?);
            all_added.extend(added(totals, old, new).map_err(|why| format!("{domain}: {why}"))?);
        }
        no_other_changed(known, before, after)?;
        Ok(Self {
            file: after.file.clone(),
            templates: templates.into(),
            added: all_added.into(),
            last_number: known.last_number,
        })
    }

    /// The largest number that counts a row.
    pub(crate) fn largest(&self) -> i64 {
        let largest = self.templates.iter().map(Template::largest);
        largest.max().unwrap_or(0)
    }

    /// Writes those copies into the book, which nobody has open.
    pub(crate) async fn copy(&self, folder: &Path, copies: &[Nth]) -> Result<(), String> {
        let path = folder.join("books").join(&self.file);
        let written = self.copy_into(&path, copies).await;
        written.map_err(|error| format!("{}: {error}", self.file))
    }

    async fn copy_into(&self, path: &Path, copies: &[Nth]) -> Result<(), StoreError> {
        let writer = Writer::open(path, "", WriterOptions::default())?;
        for nth in copies {
            let (templates, nth) = (Arc::clone(&self.templates), nth.clone());
            let insert = move |conn: &Connection| {
                let mut tables = templates.iter();
                tables.try_for_each(|template| template.insert(conn, &nth))
            };
            write(&writer, insert).await?;
        }
        if let Some(last) = copies.last() {
            let (added, last) = (Arc::clone(&self.added), last.clone());
            let last_number = self.last_number;
            let add = move |conn: &Connection| {
                added
                    .iter()
                    .try_for_each(|added| added.times(conn, last.n))?;
                last_number.into_iter().try_for_each(|(table, column)| {
                    let sql = format!("UPDATE {table} SET {column} = {column} + ?1");
                    conn.execute(&sql, [last.number(0)]).map(drop)
                })
            };
            write(&writer, add).await?;
        }
        writer.close()
    }
}

async fn write<F>(writer: &Writer, work: F) -> Result<(), StoreError>
where
    F: Fn(&Connection) -> rusqlite::Result<()> + Send + 'static,
{
    let job = move |conn: &Connection| Ok::<(), JobError<Infallible>>(work(conn)?);
    Ok(writer.write(job).await?)
}

fn rows<'a>(contents: &'a Contents, table: &str) -> Result<&'a Rows, String> {
    let rows = contents.tables.get(table);
    rows.ok_or_else(|| format!("{} has no table {table}", contents.domain))
}

/// A table that orders change and nobody knows would be left as it is.
fn no_other_changed(known: &Tables, before: &Contents, after: &Contents) -> Result<(), String> {
    let rows = COMMON.iter().chain(known.rows).map(|table| table.name);
    let totals = known.totals.iter().map(|totals| totals.name);
    let numbered = known.last_number.map(|(table, _column)| table);
    let listed: Vec<_> = rows.chain(totals).chain(numbered).collect();
    for (name, table) in &after.tables {
        if !listed.contains(&name.as_str()) && before.tables.get(name) != Some(table) {
            let domain = known.domain;
            return Err(format!(
                "orders change {domain}'s table {name}: say how in tables.rs"
            ));
        }
    }
    Ok(())
}
