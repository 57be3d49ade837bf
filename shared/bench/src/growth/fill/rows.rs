//! The rows that the template orders wrote into a table of a book, and those of a copy.

use crate::growth::fill::contents::Rows;
use crate::growth::fill::nth::Nth;
use crate::growth::fill::scan::Scan;
use crate::growth::fill::tables::Table;
use crate::growth::fill::text::Text;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// All rows of the template orders in one table.
#[derive(Debug)]
pub(crate) struct Template {
    insert: String,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug)]
enum Cell {
    /// The same in every copy.
    Common(Value),
    /// Counts a row.
    Number(i64),
    /// A moment in milliseconds.
    Millisecond(i64),
    Text(Text),
}

impl Template {
    /// The rows that were not there before.
    pub(crate) fn of(
        table: &Table,
        before: &Rows,
        after: &Rows,
        scan: &Scan,
    ) -> Result<Self, String> {
        let numbers = table.numbers.iter().map(|name| after.column(name));
        let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
        let new = after.rows.iter().filter(|row| !before.rows.contains(row));
        let cells = |row: &Vec<Value>| {
            let cell = |(at, value)| Cell::of(value, numbers.contains(&at), scan);
            row.iter().enumerate().map(cell).collect()
        };
        let marks = vec!["?"; after.columns.len()].join(", ");
        let columns = after.columns.join(", ");
        Ok(Self {
            insert: format!("INSERT INTO {} ({columns}) VALUES ({marks})", table.name),
            rows: new.map(cells).collect(),
        })
    }

    /// The largest number that counts a row.
    pub(crate) fn largest(&self) -> i64 {
        let numbers = self.rows.iter().flatten().map(|cell| match cell {
            Cell::Number(number) => *number,
            Cell::Common(_) | Cell::Millisecond(_) | Cell::Text(_) => 0,
        });
        numbers.max().unwrap_or(0)
    }

    /// Inserts the rows as that copy has them.
    pub(crate) fn insert(&self, conn: &Connection, nth: &Nth) -> rusqlite::Result<()> {
        let mut statement = conn.prepare_cached(&self.insert)?;
        for row in &self.rows {
            statement.execute(params_from_iter(row.iter().map(|cell| cell.nth(nth))))?;
        }
        Ok(())
    }
}

impl Cell {
    fn of(value: &Value, is_number: bool, scan: &Scan) -> Self {
        match value {
            Value::Integer(number) if is_number => Self::Number(*number),
            Value::Integer(at) if scan.is_moment(*at) => Self::Millisecond(*at),
            Value::Text(text) => Self::Text(Text::of(text, scan)),
            Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => {
                Self::Common(value.clone())
            }
        }
    }

    fn nth(&self, nth: &Nth) -> Value {
        match self {
            Self::Common(value) => value.clone(),
            Self::Number(number) => Value::Integer(nth.number(*number)),
            Self::Millisecond(at) => Value::Integer(at + nth.seconds_later() * 1_000),
            Self::Text(text) => Value::Text(text.nth(nth)),
        }
    }
}
