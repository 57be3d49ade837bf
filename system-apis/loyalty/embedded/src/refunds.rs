//! Giving burnt points back: a debt is paid first, the rest returns to the lots it came from.

use crate::documents::{self, Cause};
use crate::engine::{Engine, Merchant};
use crate::ledger::{self, Movement};
use crate::redemptions::hold_of;
use crate::seed::Seed;
use crate::wire::{ByCause, CausedRuns, LotUse, RefundObject, RunPoints};
use crate::{expiry, lots, runs};
use axum::extract::{Query, State};
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError, total};

/// How many days points live that come back to a lot which has expired.
const GRACE_DAYS: u32 = 30;

/// `POST /v1/redemption-refunds`: gives burnt points back.
pub(crate) async fn refund(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<CausedRuns<RunPoints>>,
) -> Result<Json<RefundObject>, VendorError> {
    if ask.runs.is_empty() {
        let message = "name units with at least 1 point each";
        return Err(VendorError::unprocessable("wrong_units", message));
    }
    runs::with_points(&ask.runs)?;
    let seed = engine.seed;
    let work = move |tx: &Tx<'_>, by: &Cause<'_>, runs: &[RunPoints], number| {
        given_back(tx, &seed, by, runs, format!("rst-{number}"))
    };
    documents::post(entry, "refund", merchant, ask, work).await
}

/// A burnt part of a lot that can still be given back.
struct Burnt {
    row: i64,
    lot: i64,
    open: i64,
    expires_at: i64,
}

fn given_back(
    tx: &Tx<'_>,
    seed: &Seed,
    by: &Cause<'_>,
    runs: &[RunPoints],
    id: String,
) -> Outcome<RefundObject> {
    let hold = hold_of(tx, by.merchant, by.order)?;
    let hold = hold.ok_or_else(|| VendorError::not_found("redemption"))?;
    if hold.state != "captured" {
        let message = format!(
            "the points of {} are not burnt: cancel the redemption instead",
            by.order
        );
        return Err(VendorError::conflict("redemption_open", message).into());
    }
    let burnt = burnt_parts(tx, hold.id)?;
    let open: i128 = burnt.iter().map(|part| i128::from(part.open)).sum();
    let points = total("the points", runs.iter().map(RunPoints::total))?;
    if i128::from(points) > open {
        let message = format!(
            "{points} points to give back, {open} of {} are still burnt",
            by.order
        );
        return Err(VendorError::conflict("refund_too_large", message).into());
    }
    expiry::expire_due(tx, seed, hold.account)?;
    let debt_paid = points.min(ledger::balance(tx, hold.account)?.debt);
    let mut debt_left = debt_paid;
    let mut left = points;
    let mut uses: Vec<LotUse> = Vec::new();
    for part in burnt {
        let share = part.open.min(left);
        if share <= 0 {
            continue;
        }
        left -= share;
        tx.prepare_cached("UPDATE hold_lot SET restored = restored + ?2 WHERE id = ?1")?
            .execute((part.row, share))?;
        let to_debt = share.min(debt_left);
        debt_left -= to_debt;
        if share > to_debt {
            uses.push(put_back(
                tx,
                hold.account,
                by.order,
                &part,
                share - to_debt,
            )?);
        }
    }
    let back = Movement {
        available: points - debt_paid,
        debt: -debt_paid,
        ..Movement::of("restore")
    };
    ledger::post(tx, seed, hold.account, &back, by.order, Some(by.by))?;
    tx.effect("restore", &id);
    Ok(RefundObject {
        id,
        points,
        debt_paid,
        lots: uses,
    })
}

/// What was burnt last comes back first: it lives longest.
fn burnt_parts(tx: &Tx<'_>, hold: i64) -> rusqlite::Result<Vec<Burnt>> {
    tx.prepare_cached(
        "SELECT u.id, u.lot, u.quantity - u.restored, l.expires_at \
         FROM hold_lot u JOIN lot l ON l.id = u.lot WHERE u.hold = ?1 ORDER BY u.id DESC",
    )?
    .query_map([hold], |row| {
        Ok(Burnt {
            row: row.get(0)?,
            lot: row.get(1)?,
            open: row.get(2)?,
            expires_at: row.get(3)?,
        })
    })?
    .collect()
}

/// Back into its lot, or into one of its own where that lot has expired.
fn put_back(tx: &Tx<'_>, account: i64, order: &str, part: &Burnt, points: i64) -> Outcome<LotUse> {
    let lot = if part.expires_at > tx.now().as_millisecond() {
        lots::change(tx, part.lot, points)?;
        part.lot
    } else {
        lots::open(tx, account, order, points, GRACE_DAYS)?
    };
    Ok(lots::used(lot, points))
}

/// `GET /v1/redemption-refunds?order=&cause=`: the refund that a cause brought.
pub(crate) async fn find(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Query(which): Query<ByCause>,
) -> Result<Json<RefundObject>, VendorError> {
    documents::find(&engine, "refund", &merchant, &which).await
}
