//! What the template orders added to the totals of a book.

use crate::growth::fill::contents::Rows;
use crate::growth::fill::tables::Totals;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// What is added to one row.
#[derive(Debug)]
pub(crate) struct Added {
    /// Takes the sums, then what tells the row apart.
    statement: String,
    sums: Vec<i64>,
    key: Vec<Value>,
}

impl Added {
    /// Adds it so many times more.
    pub(crate) fn times(&self, conn: &Connection, times: u32) -> rusqlite::Result<()> {
        let sums = self
            .sums
            .iter()
            .map(|sum| Value::Integer(sum * i64::from(times)));
        let values = sums.chain(self.key.iter().cloned());
        conn.execute(&self.statement, params_from_iter(values))
            .map(drop)
    }
}

/// What was added to each row.
pub(crate) fn added(totals: &Totals, before: &Rows, after: &Rows) -> Result<Vec<Added>, String> {
    let (key, sums) = (columns(after, totals.key)?, columns(after, totals.sums)?);
    let set: Vec<_> = totals
        .sums
        .iter()
        .map(|name| format!("{name} = {name} + ?"))
        .collect();
    let is: Vec<_> = totals
        .key
        .iter()
        .map(|name| format!("{name} = ?"))
        .collect();
    let (set, is) = (set.join(", "), is.join(" AND "));
    let statement = format!("UPDATE {} SET {set} WHERE {is}", totals.name);
    let mut all = Vec::new();
    for row in &after.rows {
        let key_of = |row: &[Value]| -> Vec<Value> { pick(row, &key).cloned().collect() };
        let was = before.rows.iter().find(|was| key_of(was) == key_of(row));
        let was: Vec<i64> = was.map_or(vec![0; sums.len()], |was| integers(was, &sums));
        let is = integers(row, &sums);
        all.push(Added {
            statement: statement.clone(),
            sums: is.iter().zip(was).map(|(is, was)| is - was).collect(),
            key: key_of(row),
        });
    }
    Ok(all)
}

fn columns(rows: &Rows, names: &[&str]) -> Result<Vec<usize>, String> {
    names.iter().map(|name| rows.column(name)).collect()
}

fn pick<'a>(row: &'a [Value], columns: &'a [usize]) -> impl Iterator<Item = &'a Value> {
    columns.iter().filter_map(|at| row.get(*at))
}

fn integers(row: &[Value], columns: &[usize]) -> Vec<i64> {
    let integer = |value: &Value| match value {
        Value::Integer(number) => *number,
        Value::Null | Value::Real(_) | Value::Text(_) | Value::Blob(_) => 0,
    };
    pick(row, columns).map(integer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(balances: &[(&str, i64)]) -> Rows {
        let row = |(account, balance): &(&str, i64)| {
            vec![Value::Text((*account).to_owned()), Value::Integer(*balance)]
        };
        Rows {
            columns: vec!["account".to_owned(), "balance".to_owned()],
            rows: balances.iter().map(row).collect(),
        }
    }

    #[test]
    fn what_is_added_is_the_difference_and_a_row_that_is_new_began_with_nothing() {
        let totals = Totals {
            name: "totals",
            key: &["account"],
            sums: &["balance"],
        };
        let (before, after) = (rows(&[("bank", 5)]), rows(&[("bank", 8), ("revenue", -3)]));
        let added = added(&totals, &before, &after).unwrap();
        let sums: Vec<_> = added.iter().map(|row| row.sums.clone()).collect();
        assert_eq!(sums, [[3], [-3]]);
        let update = "UPDATE totals SET balance = balance + ? WHERE account = ?";
        assert_eq!(added[0].statement, update);
    }
}
