//! Earning points: pending, matured, taken back.

use crate::documents::{self, Cause};
use crate::engine::{Engine, KEY_RETENTION, Merchant, reference_taken};
use crate::ledger::{self, Movement};
use crate::seed::Seed;
use crate::wire::{
    ByCause, ByOrder, CausedUnits, EarnedUnit, EarningObject, MaturityObject, NewEarning,
    ReversalObject,
};
use crate::{expiry, lots};
use axum::extract::{Query, State};
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError, total};
use crossdock_model::UnitId;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashSet;

/// An order's accrual as a row of the book, with its units.
struct Accrual {
    id: i64,
    account: i64,
    rule: String,
    points: i64,
    units: Vec<Earned>,
}

/// The points that one unit of an order earned, as a row of the book.
struct Earned {
    id: i64,
    unit: UnitId,
    points: i64,
    state: String,
    lot: Option<i64>,
}

fn accrual_of(conn: &Connection, merchant: &str, order: &str) -> rusqlite::Result<Option<Accrual>> {
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
                units: Vec::new(),
            })
        })
        .optional()?;
    let Some(mut accrual) = found else {
        return Ok(None);
    };
    accrual.units = conn
        .prepare_cached(
            "SELECT id, unit, points, state, lot FROM accrual_unit WHERE accrual = ?1 ORDER BY id",
        )?
        .query_map([accrual.id], |row| {
            let unit: String = row.get(1)?;
            let unit = unit.parse().map_err(|why: String| {
                rusqlite::Error::FromSqlConversionFailure(
                    1,
                    rusqlite::types::Type::Text,
                    why.into(),
                )
            })?;
            Ok(Earned {
                id: row.get(0)?,
                unit,
                points: row.get(2)?,
                state: row.get(3)?,
                lot: row.get(4)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(accrual))
}

impl Accrual {
    fn shown(&self, conn: &Connection, order: &str) -> rusqlite::Result<EarningObject> {
        let units = self.units.iter().map(|earned| EarnedUnit {
            unit: earned.unit.clone(),
            points: earned.points,
            status: earned.state.clone(),
        });
        Ok(EarningObject {
            id: format!("acc-{}", self.id),
            order: order.to_owned(),
            member: ledger::member_of(conn, self.account)?,
            rule: self.rule.clone(),
            points: self.points,
            units: units.collect(),
        })
    }

    /// What those units earned; a unit that earned nothing is not among them.
    fn of<'a>(&'a self, units: &'a [UnitId]) -> impl Iterator<Item = &'a Earned> {
        self.units
            .iter()
            .filter(|earned| units.contains(&earned.unit))
    }
}

/// `POST /v1/earnings`: books what the units of an order earn, pending.
pub(crate) async fn accrue(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<NewEarning>,
) -> Result<Json<EarningObject>, VendorError> {
    let distinct: HashSet<&UnitId> = ask.units.iter().map(|unit| &unit.unit).collect();
    if distinct.len() != ask.units.len() || ask.units.iter().any(|unit| unit.points <= 0) {
        return Err(VendorError::unprocessable(
            "wrong_units",
            "name each unit once, with at least 1 point",
        ));
    }
    let answer = entry
        .write(move |tx| tx.once(KEY_RETENTION, || accrued(tx, &engine.seed, &merchant, &ask)));
    answer.await.map(Json)
}

fn accrued(tx: &Tx<'_>, seed: &Seed, merchant: &str, ask: &NewEarning) -> Outcome<EarningObject> {
    let account = ledger::account_of(tx, merchant, &ask.member)?;
    if let Some(there) = accrual_of(tx, merchant, &ask.order)? {
        let had = there
            .units
            .iter()
            .map(|earned| (&earned.unit, earned.points));
        let same = there.account == account
            && there.rule == ask.rule
            && had.eq(ask.units.iter().map(|unit| (&unit.unit, unit.points)));
        return if same {
            Ok(there.shown(tx, &ask.order)?)
        } else {
            Err(reference_taken(&ask.order).into())
        };
    }
    let points = total("the points", ask.units.iter().map(|unit| unit.points))?;
    tx.prepare_cached(
        "INSERT INTO accrual (merchant, reference, account, rule, points, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((merchant, &ask.order, account, &ask.rule, points, tx.now().as_millisecond()))?;
    let id = tx.last_insert_rowid();
    for unit in &ask.units {
        tx.prepare_cached(
            "INSERT INTO accrual_unit (accrual, unit, points, state) VALUES (?1, ?2, ?3, 'pending')",
        )?
        .execute((id, unit.unit.to_string(), unit.points))?;
    }
    let earned = Movement {
        pending: points,
        ..Movement::of("earn-pending")
    };
    ledger::post(tx, seed, account, &earned, &ask.order, None)?;
    tx.effect("accrual", format!("acc-{id}"));
    let accrual = accrual_of(tx, merchant, &ask.order)?;
    let accrual = accrual.ok_or_else(|| VendorError::not_found("earning"))?;
    Ok(accrual.shown(tx, &ask.order)?)
}

/// `GET /v1/earnings?order=`: the earning of an order.
pub(crate) async fn find(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Query(which): Query<ByOrder>,
) -> Result<Json<EarningObject>, VendorError> {
    let found = engine
        .book
        .read(|conn| {
            let accrual = accrual_of(conn, &merchant, &which.order)?;
            accrual
                .map(|accrual| accrual.shown(conn, &which.order))
                .transpose()
        })
        .await?;
    found
        .map(Json)
        .ok_or_else(|| VendorError::not_found("earning"))
}

/// `POST /v1/earning-maturities`: makes pending points spendable, after debts are paid.
pub(crate) async fn mature(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<CausedUnits<UnitId>>,
) -> Result<Json<MaturityObject>, VendorError> {
    let seed = engine.seed;
    let work = move |tx: &Tx<'_>, by: &Cause<'_>, units: &[UnitId], number| {
        matured(tx, &seed, by, units, format!("mat-{number}"))
    };
    documents::post(entry, "maturity", merchant, ask, work).await
}

fn matured(
    tx: &Tx<'_>,
    seed: &Seed,
    by: &Cause<'_>,
    units: &[UnitId],
    id: String,
) -> Outcome<MaturityObject> {
    let accrual = accrual_for(tx, by)?;
    expiry::expire_due(tx, seed, accrual.account)?;
    let pending: Vec<&Earned> = accrual
        .of(units)
        .filter(|earned| earned.state == "pending")
        .collect();
    let points = total("the points", pending.iter().map(|earned| earned.points))?;
    let debt_paid = points.min(ledger::balance(tx, accrual.account)?.debt);
    let rest = points - debt_paid;
    let lot = if rest > 0 {
        Some(lots::open(
            tx,
            accrual.account,
            by.order,
            rest,
            seed.lot_days.get(),
        )?)
    } else {
        None
    };
    for earned in pending {
        tx.prepare_cached("UPDATE accrual_unit SET state = 'available', lot = ?2 WHERE id = ?1")?
            .execute((earned.id, lot))?;
    }
    if points > 0 {
        let movement = Movement {
            available: rest,
            pending: -points,
            debt: -debt_paid,
            qualifying: points,
            ..Movement::of("mature")
        };
        ledger::post(tx, seed, accrual.account, &movement, by.order, Some(by.by))?;
    }
    tx.effect("maturity", &id);
    Ok(MaturityObject {
        id,
        points,
        debt_paid,
        lot: lot.map(lots::name),
    })
}

/// The accrual of the order; 404 where there is none.
fn accrual_for(tx: &Tx<'_>, by: &Cause<'_>) -> Outcome<Accrual> {
    let accrual = accrual_of(tx, by.merchant, by.order)?;
    accrual.ok_or_else(|| VendorError::not_found("earning").into())
}

/// `POST /v1/earning-reversals`: takes earned points back; what is spent becomes a debt.
pub(crate) async fn reverse(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<CausedUnits<UnitId>>,
) -> Result<Json<ReversalObject>, VendorError> {
    let seed = engine.seed;
    let work = move |tx: &Tx<'_>, by: &Cause<'_>, units: &[UnitId], number| {
        reversed(tx, &seed, by, units, format!("rev-{number}"))
    };
    documents::post(entry, "reversal", merchant, ask, work).await
}

fn reversed(
    tx: &Tx<'_>,
    seed: &Seed,
    by: &Cause<'_>,
    units: &[UnitId],
    id: String,
) -> Outcome<ReversalObject> {
    let accrual = accrual_for(tx, by)?;
    expiry::expire_due(tx, seed, accrual.account)?;
    let ReversedUnits {
        from_pending,
        matured,
        units: shown,
        lots_first,
    } = taken_back(tx, accrual.of(units))?;
    if from_pending > 0 {
        let cancelled = Movement {
            pending: -from_pending,
            ..Movement::of("cancel-pending")
        };
        ledger::post(tx, seed, accrual.account, &cancelled, by.order, Some(by.by))?;
    }
    let from_available = take(tx, accrual.account, matured, &lots_first)?;
    let debt = matured - from_available;
    if matured > 0 {
        let movement = Movement {
            available: -from_available,
            debt,
            qualifying: -matured,
            ..Movement::of("reverse")
        };
        ledger::post(tx, seed, accrual.account, &movement, by.order, Some(by.by))?;
    }
    tx.effect("reversal", &id);
    Ok(ReversalObject {
        id,
        points: from_pending + matured,
        from_pending,
        from_available,
        debt,
        units: shown,
    })
}

/// The points that some units lost, by where they were.
#[derive(Default)]
struct ReversedUnits {
    from_pending: i64,
    matured: i64,
    units: Vec<EarnedUnit>,
    /// The lots that those points made.
    lots_first: Vec<i64>,
}

/// Marks what the units earned as taken back; what was taken back before stays as it is.
fn taken_back<'a>(tx: &Tx<'_>, units: impl Iterator<Item = &'a Earned>) -> Outcome<ReversedUnits> {
    let mut taken = ReversedUnits::default();
    for earned in units {
        let state = match earned.state.as_str() {
            "pending" => "cancelled",
            "available" => "reversed",
            _taken_back_before => continue,
        };
        if state == "cancelled" {
            taken.from_pending += earned.points;
        } else {
            taken.matured += earned.points;
            taken.lots_first.extend(earned.lot);
        }
        tx.prepare_cached("UPDATE accrual_unit SET state = ?2 WHERE id = ?1")?
            .execute((earned.id, state))?;
        taken.units.push(EarnedUnit {
            unit: earned.unit.clone(),
            points: earned.points,
            status: state.into(),
        });
    }
    Ok(taken)
}

/// Reduction free points, from the lots that those points made first; answers how many there were.
fn take(tx: &Tx<'_>, account: i64, wanted: i64, lots_first: &[i64]) -> Outcome<i64> {
    let mut open = lots::open_of(tx, account)?;
    open.sort_by_key(|lot| !lots_first.contains(&lot.id));
    let mut taken = 0;
    for (lot, part) in lots::choose(&open, wanted) {
        lots::change(tx, lot, -part)?;
        taken += part;
    }
    Ok(taken)
}

/// `GET /v1/earning-maturities?order=&cause=`: the maturity that a cause brought.
pub(crate) async fn find_maturity(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Query(which): Query<ByCause>,
) -> Result<Json<MaturityObject>, VendorError> {
    documents::find(&engine, "maturity", &merchant, &which).await
}

/// `GET /v1/earning-reversals?order=&cause=`: the reversal that a cause brought.
pub(crate) async fn find_reversal(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Query(which): Query<ByCause>,
) -> Result<Json<ReversalObject>, VendorError> {
    documents::find(&engine, "reversal", &merchant, &which).await
}
