//! Earning points: pending, matured, taken back.

use crate::accruals::{self, Accrual, Asked, accrual_of};
use crate::documents::{self, Cause};
use crate::engine::{Engine, KEY_RETENTION, Merchant, reference_taken};
use crate::ledger::{self, Movement};
use crate::seed::Seed;
use crate::wire::{
    ByCause, ByOrder, CausedRuns, EarnedRun, EarningObject, MaturityObject, NewEarning,
    ReversalObject,
};
use crate::{expiry, lots, runs};
use axum::extract::{Query, State};
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError, total};
use crossdock_model::UnitRange;
use std::collections::HashSet;

/// `POST /v1/earnings`: books what the units of an order earn, pending.
pub(crate) async fn accrue(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<NewEarning>,
) -> Result<Json<EarningObject>, VendorError> {
    runs::with_points(&ask.runs)?;
    let answer = entry
        .write(move |tx| tx.once(KEY_RETENTION, || accrued(tx, &engine.seed, &merchant, &ask)));
    answer.await.map(Json)
}

fn accrued(tx: &Tx<'_>, seed: &Seed, merchant: &str, ask: &NewEarning) -> Outcome<EarningObject> {
    let account = ledger::account_of(tx, merchant, &ask.member)?;
    if let Some(there) = accrual_of(tx, merchant, &ask.order)? {
        return if there.is(account, ask) {
            Ok(there.shown(tx, &ask.order)?)
        } else {
            Err(reference_taken(&ask.order).into())
        };
    }
    let (id, points) = accruals::open(tx, merchant, account, ask)?;
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
    Json(ask): Json<CausedRuns<UnitRange>>,
) -> Result<Json<MaturityObject>, VendorError> {
    runs::apart(&ask.runs)?;
    let seed = engine.seed;
    let work = move |tx: &Tx<'_>, by: &Cause<'_>, units: &[UnitRange], number| {
        matured(tx, &seed, by, units, format!("mat-{number}"))
    };
    documents::post(entry, "maturity", merchant, ask, work).await
}

fn matured(
    tx: &Tx<'_>,
    seed: &Seed,
    by: &Cause<'_>,
    units: &[UnitRange],
    id: String,
) -> Outcome<MaturityObject> {
    let accrual = accrual_for(tx, by)?;
    expiry::expire_due(tx, seed, accrual.account)?;
    let mut pending = accrual.among(units);
    pending.retain(|asked| asked.run.state == "pending");
    let points = total("the points", pending.iter().map(Asked::points))?;
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
    for asked in pending {
        accrual.change(tx, &asked, "available", lot)?;
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
    Json(ask): Json<CausedRuns<UnitRange>>,
) -> Result<Json<ReversalObject>, VendorError> {
    runs::apart(&ask.runs)?;
    let seed = engine.seed;
    let work = move |tx: &Tx<'_>, by: &Cause<'_>, units: &[UnitRange], number| {
        reversed(tx, &seed, by, units, format!("rev-{number}"))
    };
    documents::post(entry, "reversal", merchant, ask, work).await
}

fn reversed(
    tx: &Tx<'_>,
    seed: &Seed,
    by: &Cause<'_>,
    units: &[UnitRange],
    id: String,
) -> Outcome<ReversalObject> {
    let accrual = accrual_for(tx, by)?;
    expiry::expire_due(tx, seed, accrual.account)?;
    let TakenBack {
        from_pending,
        matured,
        runs,
        lots_first,
    } = taken_back(tx, &accrual, units)?;
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
        runs,
    })
}

/// The points that some units lost, by where they were.
struct TakenBack {
    from_pending: i64,
    matured: i64,
    runs: Vec<EarnedRun>,
    /// The lots that those points made.
    lots_first: HashSet<i64>,
}

/// Marks what the units earned as taken back; what was taken back before stays as it is.
fn taken_back(tx: &Tx<'_>, accrual: &Accrual, units: &[UnitRange]) -> Outcome<TakenBack> {
    let (mut from_pending, mut matured) = (Vec::new(), Vec::new());
    let (mut runs, mut lots_first) = (Vec::new(), HashSet::new());
    for asked in accrual.among(units) {
        let state = match asked.run.state.as_str() {
            "pending" => "cancelled",
            "available" => "reversed",
            _taken_back_before => continue,
        };
        if state == "cancelled" {
            from_pending.push(asked.points());
        } else {
            matured.push(asked.points());
            lots_first.extend(asked.run.lot);
        }
        accrual.change(tx, &asked, state, asked.run.lot)?;
        runs.extend(asked.each().map(|(units, points)| (units, (points, state))));
    }
    Ok(TakenBack {
        from_pending: total("the points", from_pending)?,
        matured: total("the points", matured)?,
        runs: accruals::shown(runs),
        lots_first,
    })
}

/// Takes free points, from the lots that those points made first; answers how many there were.
fn take(tx: &Tx<'_>, account: i64, wanted: i64, lots_first: &HashSet<i64>) -> Outcome<i64> {
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
