//! Everything that is in a backend's book, as it is before the template orders and after them.

use crate::shop::Shop;
use crossdock_books::Book;
use rusqlite::types::Value;
use std::collections::BTreeMap;

/// A table with all of its rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Value>>,
}

/// The book of one backend.
#[derive(Debug, Clone)]
pub(crate) struct Contents {
    pub(crate) domain: &'static str,
    /// The name of its file.
    pub(crate) file: String,
    pub(crate) tables: BTreeMap<String, Rows>,
}

impl Rows {
    /// Where a column stands in each row.
    pub(crate) fn column(&self, name: &str) -> Result<usize, String> {
        let found = self.columns.iter().position(|column| column == name);
        found.ok_or_else(|| format!("no column {name} among {:?}", self.columns))
    }
}

/// The books of every backend of a shop.
pub(crate) async fn of_all(shop: &Shop) -> Result<Vec<Contents>, String> {
    let mut all = Vec::new();
    for backend in shop.gateway.backends() {
        let domain = backend.domain;
        all.push(Contents {
            domain,
            file: format!("{domain}-{}.db", backend.connector),
            tables: read(&backend.book)
                .await
                .map_err(|why| format!("{domain}: {why}"))?,
        });
    }
    Ok(all)
}

async fn read(book: &Book) -> Result<BTreeMap<String, Rows>, String> {
    let read = book.read(|conn| {
        let names =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut statement = conn.prepare(names)?;
        let names = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut tables = BTreeMap::new();
        for name in names {
            let name = name?;
            let mut statement = conn.prepare(&format!("SELECT * FROM {name}"))?;
            let columns: Vec<_> = statement.column_names().map(str::to_owned).collect();
            let row = |row: &rusqlite::Row<'_>| (0..columns.len()).map(|at| row.get(at)).collect();
            let rows = statement.query_map([], row)?.collect::<Result<_, _>>()?;
            tables.insert(name, Rows { columns, rows });
        }
        Ok(tables)
    });
    read.await.map_err(|error| error.to_string())
}
