//! What an order earned, as the book keeps it: a row for each run of units.

use crate::ledger;
use crate::runs::joined;
use crate::wire::{EarnedRun, EarningObject, NewEarning, RunPoints};
use crossdock_books::{Outcome, Tx, total};
use crossdock_model::UnitRange;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row};

/// An order's accrual with its runs, which are apart from each other, by line and number.
pub(crate) struct Accrual {
    id: i64,
    pub(crate) account: i64,
    rule: String,
    points: i64,
    runs: Vec<Earned>,
}

/// What each unit of a run earned.
#[derive(Clone)]
pub(crate) struct Earned {
    units: UnitRange,
    points_each: i64,
    pub(crate) state: String,
    pub(crate) lot: Option<i64>,
}

/// A run with those of its units that are asked for, in their order.
pub(crate) struct Asked<'a> {
    pub(crate) run: &'a Earned,
    units: Vec<UnitRange>,
}

impl Asked<'_> {
    /// The points that those units earned together; an accrual's sum was checked when it was booked.
    pub(crate) fn points(&self) -> i64 {
        let units: i64 = self
            .units
            .iter()
            .map(|units| i64::from(units.count()))
            .sum();
        units * self.run.points_each
    }

    /// Those units, each range with what one of its units earned.
    pub(crate) fn each(&self) -> impl Iterator<Item = (UnitRange, i64)> {
        let points = self.run.points_each;
        self.units.iter().map(move |units| (units.clone(), points))
    }

    /// The run as it is after those units got another state and lot.
    fn changed(&self, state: &str, lot: Option<i64>) -> Vec<Earned> {
        let kept = |units| Earned {
            units,
            ..self.run.clone()
        };
        let mut pieces = Vec::with_capacity(2 * self.units.len() + 1);
        let mut rest = Some(self.run.units.clone());
        for units in &self.units {
            let before = rest.as_ref().and_then(|rest| rest.before(units.first()));
            pieces.extend(before.map(kept));
            pieces.push(Earned {
                units: units.clone(),
                points_each: self.run.points_each,
                state: state.to_owned(),
                lot,
            });
            rest = rest.and_then(|rest| rest.after(units.last()));
        }
        pieces.extend(rest.map(kept));
        pieces
    }
}

/// The accrual of an order, where there is one.
pub(crate) fn accrual_of(
    conn: &Connection,
    merchant: &str,
    order: &str,
) -> rusqlite::Result<Option<Accrual>> {
    let found = conn
        .prepare_cached(
            "SELECT id, account, rule, points FROM accrual WHERE merchant = ?1 AND reference = ?2",
        )?
        .query_row([merchant, order], |row| {
            Ok(Accrual {
                id: row.get(0)?,
                account: row.get(1)?,
                rule: row.get(2)?,
                points: row.get(3)?,
                runs: Vec::new(),
            })
        })
        .optional()?;
    let Some(mut accrual) = found else {
        return Ok(None);
    };
    accrual.runs = conn
        .prepare_cached(
            "SELECT line, first, last, points_each, state, lot FROM accrual_run \
             WHERE accrual = ?1 ORDER BY line, first",
        )?
        .query_map([accrual.id], |row| {
            Ok(Earned {
                units: units(row)?,
                points_each: row.get(3)?,
                state: row.get(4)?,
                lot: row.get(5)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(accrual))
}

/// The units of a row that begins with line, first and last.
fn units(row: &Row<'_>) -> rusqlite::Result<UnitRange> {
    let wrong = |why: String| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, why.into());
    let line: String = row.get(0)?;
    let line = line.parse().map_err(wrong)?;
    UnitRange::new(line, row.get(1)?, row.get(2)?).ok_or_else(|| wrong("no range of units".into()))
}

/// Books a new accrual, pending; answers its number and its points.
pub(crate) fn open(
    tx: &Tx<'_>,
    merchant: &str,
    account: i64,
    ask: &NewEarning,
) -> Outcome<(i64, i64)> {
    let points = total("the points", ask.runs.iter().map(RunPoints::total))?;
    tx.prepare_cached(
        "INSERT INTO accrual (merchant, reference, account, rule, points, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((merchant, &ask.order, account, &ask.rule, points, tx.now().as_millisecond()))?;
    let id = tx.last_insert_rowid();
    for (units, points_each) in each_of(&ask.runs) {
        let pending = Earned {
            units,
            points_each,
            state: "pending".into(),
            lot: None,
        };
        insert(tx, id, &pending)?;
    }
    Ok((id, points))
}

fn insert(tx: &Tx<'_>, accrual: i64, run: &Earned) -> Outcome<()> {
    let (line, first, last) = (run.units.line(), run.units.first(), run.units.last());
    tx.prepare_cached(
        "INSERT INTO accrual_run (accrual, line, first, last, points_each, state, lot) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute((
        accrual,
        line.as_str(),
        first,
        last,
        run.points_each,
        &run.state,
        run.lot,
    ))?;
    Ok(())
}

/// What each unit gets, in as few runs as there can be.
fn each_of(runs: &[RunPoints]) -> Vec<(UnitRange, i64)> {
    joined(runs.iter().map(|run| (run.units.clone(), run.points_each)))
}

impl Accrual {
    /// Whether this is what was booked, whatever became of it.
    pub(crate) fn is(&self, account: i64, ask: &NewEarning) -> bool {
        let earned = self.runs.iter();
        let booked = joined(earned.map(|run| (run.units.clone(), run.points_each)));
        self.account == account && self.rule == ask.rule && booked == each_of(&ask.runs)
    }

    /// The runs with units among those ranges, which are apart from each other; who earned nothing is in none.
    pub(crate) fn among(&self, ranges: &[UnitRange]) -> Vec<Asked<'_>> {
        let mut ranges: Vec<&UnitRange> = ranges.iter().collect();
        ranges.sort();
        let mut ranges = ranges.into_iter().peekable();
        let mut among = Vec::new();
        for run in &self.runs {
            let mut units = Vec::new();
            while let Some(range) = ranges.peek() {
                units.extend(run.units.overlap(range));
                // A range that ends later goes on in the next run.
                if (range.line(), range.last()) > (run.units.line(), run.units.last()) {
                    break;
                }
                ranges.next();
            }
            if !units.is_empty() {
                among.push(Asked { run, units });
            }
        }
        among
    }

    /// Gives those units another state and lot; the rest of their run stays as it is, in rows of its own.
    pub(crate) fn change(
        &self,
        tx: &Tx<'_>,
        asked: &Asked<'_>,
        state: &str,
        lot: Option<i64>,
    ) -> Outcome<()> {
        let units = &asked.run.units;
        tx.prepare_cached(
            "DELETE FROM accrual_run WHERE accrual = ?1 AND line = ?2 AND first = ?3",
        )?
        .execute((self.id, units.line().as_str(), units.first()))?;
        for piece in asked.changed(state, lot) {
            insert(tx, self.id, &piece)?;
        }
        Ok(())
    }

    /// The accrual as others see it.
    pub(crate) fn shown(&self, conn: &Connection, order: &str) -> rusqlite::Result<EarningObject> {
        let runs = self.runs.iter();
        let runs = runs.map(|run| (run.units.clone(), (run.points_each, &*run.state)));
        Ok(EarningObject {
            id: format!("acc-{}", self.id),
            order: order.to_owned(),
            member: ledger::member_of(conn, self.account)?,
            rule: self.rule.clone(),
            points: self.points,
            runs: shown(runs),
        })
    }
}

/// Runs as others see them, with the points of each unit and their state.
pub(crate) fn shown<'a>(
    runs: impl IntoIterator<Item = (UnitRange, (i64, &'a str))>,
) -> Vec<EarnedRun> {
    let run = |(units, (points_each, status)): (UnitRange, (i64, &str))| EarnedRun {
        units,
        points_each,
        status: status.to_owned(),
    };
    joined(runs).into_iter().map(run).collect()
}
