//! What an outsider may ask of any backend: its tables row by row, and its faults.

use crate::book::Book;
use crate::error::{Json, VendorError};
use crate::faults::{Armed, FaultKind, Times};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use crossdock_store::StoreError;
use data_encoding::HEXLOWER;
use http::StatusCode;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The rows of one page unless the auditor asks for fewer.
const PAGE: u32 = 1_000;

/// A row with its columns by name.
type Row = Map<String, Value>;

pub(crate) fn routes(book: &Book) -> Router {
    Router::new()
        .route("/books", get(list_tables))
        .route("/books/{table}", get(list_rows))
        .route(
            "/sandbox/faults",
            post(arm_fault).get(list_faults).delete(clear_faults),
        )
        .with_state(book.clone())
}

impl Book {
    /// A whole table, as an auditor reads it; a table that does not exist is empty.
    pub fn table(&self, name: &str) -> Result<Vec<Row>, StoreError> {
        let page = self
            .writer()
            .read_blocking(|conn| page_of(conn, name, 0, u32::MAX))?;
        Ok(page.map_or_else(Vec::new, |page| page.rows))
    }
}

async fn list_tables(State(book): State<Book>) -> Result<Json<Value>, VendorError> {
    let tables = book
        .read(|conn| {
            conn.prepare_cached(
                "SELECT name FROM sqlite_schema WHERE type = 'table' \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<String>>>()
        })
        .await?;
    Ok(Json(json!({ "tables": tables })))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsQuery {
    after: Option<i64>,
    limit: Option<u32>,
}

async fn list_rows(
    State(book): State<Book>,
    Path(table): Path<String>,
    Query(wanted): Query<RowsQuery>,
) -> Result<Json<Value>, VendorError> {
    let limit = wanted.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let after = wanted.after.unwrap_or(0);
    let page = book
        .read(|conn| page_of(conn, &table, after, limit))
        .await?;
    let page = page.ok_or_else(|| VendorError::not_found("table"))?;
    let mut answer = json!({ "rows": page.rows });
    if let (Some(next), Some(answer)) = (page.next, answer.as_object_mut()) {
        answer.insert("next".to_owned(), next.into());
    }
    Ok(Json(answer))
}

struct Page {
    rows: Vec<Row>,
    next: Option<i64>,
}

/// The rows behind a row id, or behind so many rows where the table has none. None: no such table.
fn page_of(
    conn: &Connection,
    table: &str,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Option<Page>> {
    // The name goes into the statement only as the schema itself spells it.
    let known: Option<(String, bool)> = conn
        .prepare_cached(
            "SELECT name, wr FROM pragma_table_list WHERE name = ?1 AND type = 'table'",
        )?
        .query_row([table], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((name, without_rowid)) = known else {
        return Ok(None);
    };
    let name = name.replace('"', "\"\"");
    let sql = if without_rowid {
        format!("SELECT 0, * FROM \"{name}\" LIMIT ?2 OFFSET ?1")
    } else {
        format!("SELECT rowid, * FROM \"{name}\" WHERE rowid > ?1 ORDER BY rowid LIMIT ?2")
    };
    let mut statement = conn.prepare(&sql)?;
    let columns: Vec<String> = statement
        .column_names()
        .skip(1)
        .map(str::to_owned)
        .collect();
    let mut found = statement.query(params![after, limit])?;
    let (mut rows, mut last) = (Vec::new(), after);
    while let Some(row) = found.next()? {
        last = if without_rowid { last + 1 } else { row.get(0)? };
        let mut shown = Row::new();
        for (index, column) in columns.iter().enumerate() {
            shown.insert(column.clone(), value(row.get_ref(index + 1)?));
        }
        rows.push(shown);
    }
    let full = rows.len() == limit as usize;
    Ok(Some(Page {
        rows,
        next: full.then_some(last),
    }))
}

fn value(column: ValueRef<'_>) -> Value {
    match column {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => HEXLOWER.encode(bytes).into(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFault {
    operation: String,
    fault: FaultKind,
    times: Option<u32>,
}

async fn arm_fault(
    State(book): State<Book>,
    Json(new): Json<NewFault>,
) -> (StatusCode, Json<Vec<Armed>>) {
    book.faults()
        .arm(&new.operation, new.fault, Times::from(new.times));
    (StatusCode::CREATED, Json(book.faults().armed()))
}

async fn list_faults(State(book): State<Book>) -> Json<Vec<Armed>> {
    Json(book.faults().armed())
}

async fn clear_faults(State(book): State<Book>) -> StatusCode {
    book.faults().clear();
    StatusCode::NO_CONTENT
}
