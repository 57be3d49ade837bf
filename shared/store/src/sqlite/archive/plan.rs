//! How SQLite would find what a statement asks for, for tests.

use super::month_file;
use crate::sqlite::schema::SCHEMA;
use rusqlite::{Connection, params_from_iter};

/// The steps of its plan over the live tables, whatever its values.
pub(super) fn of(statement: &str, values: usize) -> Vec<String> {
    over(SCHEMA, statement, values)
}

/// The same over the tables of a month.
pub(super) fn of_month(statement: &str, values: usize) -> Vec<String> {
    over(month_file::SCHEMA, statement, values)
}

fn over(schema: &str, statement: &str, values: usize) -> Vec<String> {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(schema).unwrap();
    let mut plan = conn
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap();
    let steps = plan.query_map(params_from_iter(vec![0; values]), |row| row.get(3));
    steps.unwrap().map(Result::unwrap).collect()
}
