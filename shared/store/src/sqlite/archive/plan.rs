//! How SQLite would find what a statement asks for, for tests.

use crate::sqlite::schema::SCHEMA;
use rusqlite::{Connection, params_from_iter};

/// The steps of its plan over the live tables, whatever its values.
pub(super) fn of(statement: &str, values: usize) -> Vec<String> {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(SCHEMA).unwrap();
    let mut plan = conn
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap();
    let steps = plan.query_map(params_from_iter(vec![0; values]), |row| row.get(3));
    steps.unwrap().map(Result::unwrap).collect()
}
