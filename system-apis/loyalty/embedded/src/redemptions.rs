//! Redemptions: points held for an order, burnt, released.

use crate::engine::{Engine, KEY_RETENTION, Merchant, reference_taken, time};
use crate::ledger::{self, Movement};
use crate::seed::Seed;
use crate::wire::{ByOrder, Moved, NewRedemption, RedemptionObject};
use crate::{expiry, lots};
use axum::extract::{Query, State};
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use crossdock_model::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};
use std::time::Duration;

/// A hold as the book has it.
pub(crate) struct Hold {
    pub(crate) id: i64,
    pub(crate) account: i64,
    pub(crate) points: i64,
    pub(crate) state: String,
    pub(crate) expires_at: Timestamp,
}

/// The newest hold of an order.
pub(crate) fn hold_of(
    conn: &Connection,
    merchant: &str,
    order: &str,
) -> rusqlite::Result<Option<Hold>> {
    conn.prepare_cached(
        "SELECT id, account, points, state, expires_at FROM hold \
         WHERE merchant = ?1 AND reference = ?2 ORDER BY id DESC LIMIT 1",
    )?
    .query_row([merchant, order], |row| {
        Ok(Hold {
            id: row.get(0)?,
            account: row.get(1)?,
            points: row.get(2)?,
            state: row.get(3)?,
            expires_at: time(row.get(4)?),
        })
    })
    .optional()
}

/// The hold of an order after what has lapsed is taken out.
pub(crate) fn settled(
    tx: &Tx<'_>,
    seed: &Seed,
    merchant: &str,
    order: &str,
) -> Outcome<Option<Hold>> {
    let Some(hold) = hold_of(tx, merchant, order)? else {
        return Ok(None);
    };
    expiry::expire_due(tx, seed, hold.account)?;
    Ok(hold_of(tx, merchant, order)?)
}

/// A hold as others see it, with the lots that it promises.
pub(crate) fn shown(
    conn: &Connection,
    order: &str,
    hold: &Hold,
) -> rusqlite::Result<RedemptionObject> {
    let lots = lots::promised_by(conn, hold.id)?
        .into_iter()
        .map(|(lot, quantity)| lots::used(lot, quantity))
        .collect();
    Ok(RedemptionObject {
        id: format!("hld-{}", hold.id),
        order: order.to_owned(),
        member: ledger::member_of(conn, hold.account)?,
        points: hold.points,
        lots,
        expires_at: hold.expires_at,
        status: hold.state.clone(),
    })
}

/// `POST /v1/redemptions`: holds points for an order until they are burnt, released or expired.
pub(crate) async fn hold(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<NewRedemption>,
) -> Result<Json<RedemptionObject>, VendorError> {
    if ask.points <= 0 || ask.ttl_seconds == 0 {
        return Err(VendorError::unprocessable(
            "nothing_asked",
            "points and ttl_seconds are at least 1",
        ));
    }
    let answer = entry.write(move |tx| {
        // Before the kept answer: what was cancelled stays cancelled, even for a key that held it.
        not_cancelled(tx, &merchant, &ask.order)?;
        tx.once(KEY_RETENTION, || held(tx, &engine.seed, &merchant, &ask))
    });
    answer.await.map(Json)
}

/// Refuses an order whose redemption was cancelled, held before or not.
pub(crate) fn not_cancelled(tx: &Tx<'_>, merchant: &str, order: &str) -> Outcome<()> {
    if cancellation_of(tx, merchant, order)?.is_some() {
        let message =
            format!("the redemption of {order} was cancelled before: it cannot be held any more");
        return Err(VendorError::conflict("redemption_cancelled", message).into());
    }
    Ok(())
}

/// When a promise lapses that is made now for so many seconds.
pub(crate) fn lapse(tx: &Tx<'_>, ttl_seconds: u32) -> Timestamp {
    let lives = Duration::from_secs(u64::from(ttl_seconds));
    tx.now().saturating_add(lives).unwrap_or(Timestamp::MAX)
}

/// Which free points of which lots a hold takes; refused where the account has too few.
pub(crate) fn enough(tx: &Tx<'_>, account: i64, points: i64) -> Outcome<Vec<(i64, i64)>> {
    let available = ledger::balance(tx, account)?.available;
    if available < points {
        let message = format!("{points} points asked for, {available} available");
        return Err(VendorError::conflict("insufficient_points", message).into());
    }
    Ok(lots::choose(&lots::open_of(tx, account)?, points))
}

/// Promises the chosen points to a hold that is live, and books them as held.
pub(crate) fn promise(
    tx: &Tx<'_>,
    seed: &Seed,
    order: &str,
    hold: &Hold,
    chosen: &[(i64, i64)],
) -> Outcome<()> {
    lots::promise(tx, hold.id, chosen)?;
    let promised = Movement {
        available: -hold.points,
        held: hold.points,
        ..Movement::of("hold")
    };
    ledger::post(tx, seed, hold.account, &promised, order, None)?;
    tx.effect("hold", format!("hld-{}", hold.id));
    Ok(())
}

fn held(
    tx: &Tx<'_>,
    seed: &Seed,
    merchant: &str,
    ask: &NewRedemption,
) -> Outcome<RedemptionObject> {
    let account = ledger::account_of(tx, merchant, &ask.member)?;
    expiry::expire_due(tx, seed, account)?;
    if let Some(hold) = hold_of(tx, merchant, &ask.order)?
        && hold.state != "expired"
    {
        if hold.account != account || hold.points != ask.points {
            return Err(reference_taken(&ask.order).into());
        }
        return Ok(shown(tx, &ask.order, &hold)?);
    }
    let chosen = enough(tx, account, ask.points)?;
    let expires_at = lapse(tx, ask.ttl_seconds);
    tx.prepare_cached(
        "INSERT INTO hold (merchant, reference, account, points, state, held_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, 'held', ?5, ?6)",
    )?
    .execute((
        merchant,
        &ask.order,
        account,
        ask.points,
        tx.now().as_millisecond(),
        expires_at.as_millisecond(),
    ))?;
    let hold = Hold {
        id: tx.last_insert_rowid(),
        account,
        points: ask.points,
        state: "held".into(),
        expires_at,
    };
    promise(tx, seed, &ask.order, &hold, &chosen)?;
    Ok(shown(tx, &ask.order, &hold)?)
}

/// `GET /v1/redemptions?order=`: the newest redemption of an order.
pub(crate) async fn find(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Query(which): Query<ByOrder>,
) -> Result<Json<RedemptionObject>, VendorError> {
    let answer = engine.book.write(move |tx| {
        let hold = settled(tx, &engine.seed, &merchant, &which.order)?;
        let hold = hold.ok_or_else(|| VendorError::not_found("redemption"))?;
        Ok(shown(tx, &which.order, &hold)?)
    });
    answer.await.map(Json)
}

/// `POST /v1/redemption-captures`: the points are gone.
pub(crate) async fn capture(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<ByOrder>,
) -> Result<Json<Moved>, VendorError> {
    let answer = entry.write(move |tx| {
        tx.once(KEY_RETENTION, || {
            burnt(tx, &engine.seed, &merchant, &ask.order)
        })
    });
    answer.await.map(Json)
}

fn burnt(tx: &Tx<'_>, seed: &Seed, merchant: &str, order: &str) -> Outcome<Moved> {
    let Some(hold) = hold_of(tx, merchant, order)? else {
        return Err(VendorError::not_found("redemption").into());
    };
    match hold.state.as_str() {
        "captured" => {
            let id: i64 = tx
                .prepare_cached("SELECT id FROM burn WHERE hold = ?1")?
                .query_row([hold.id], |row| row.get(0))?;
            return Ok(Moved {
                id: format!("brn-{id}"),
                points: hold.points,
            });
        }
        "cancelled" => {
            let message = format!(
                "the redemption of {order} was cancelled: hold the points under another order"
            );
            return Err(VendorError::conflict("redemption_cancelled", message).into());
        }
        // No expiry here: a refusal takes back what it wrote, and the next look takes the points out.
        _held_or_expired if hold.state == "expired" || hold.expires_at <= tx.now() => {
            let message = format!("the hold of {order} lapsed: hold the points again");
            return Err(VendorError::gone("hold_lapsed", message).into());
        }
        _held => {}
    }
    lots::burn(tx, hold.id)?;
    tx.prepare_cached("UPDATE hold SET state = 'captured' WHERE id = ?1")?
        .execute([hold.id])?;
    tx.prepare_cached(
        "INSERT INTO burn (merchant, reference, hold, points, at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        merchant,
        order,
        hold.id,
        hold.points,
        tx.now().as_millisecond(),
    ))?;
    let id = format!("brn-{}", tx.last_insert_rowid());
    let burn = Movement {
        held: -hold.points,
        ..Movement::of("burn")
    };
    ledger::post(tx, seed, hold.account, &burn, order, None)?;
    tx.effect("burn", &id);
    Ok(Moved {
        id,
        points: hold.points,
    })
}

/// `POST /v1/redemption-cancellations`: the points are free; where none were held, none ever will be.
pub(crate) async fn cancel(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<ByOrder>,
) -> Result<Json<Moved>, VendorError> {
    let answer = entry.write(move |tx| {
        tx.once(KEY_RETENTION, || {
            release(tx, &engine.seed, &merchant, &ask.order)
        })
    });
    answer.await.map(Json)
}

fn release(tx: &Tx<'_>, seed: &Seed, merchant: &str, order: &str) -> Outcome<Moved> {
    if let Some(done) = cancellation_of(tx, merchant, order)? {
        return Ok(done);
    }
    let hold = hold_of(tx, merchant, order)?;
    if hold.as_ref().is_some_and(|hold| hold.state == "captured") {
        let message = format!("the points of {order} are burnt: refund the redemption instead");
        return Err(VendorError::conflict("redemption_captured", message).into());
    }
    let hold = match hold {
        Some(hold) => {
            expiry::expire_due(tx, seed, hold.account)?;
            hold_of(tx, merchant, order)?
        }
        None => None,
    };
    let released = hold.filter(|hold| hold.state == "held");
    let points = released.as_ref().map_or(0, |hold| hold.points);
    tx.prepare_cached(
        "INSERT INTO hold_release (merchant, reference, hold, points, cause, at) \
         VALUES (?1, ?2, ?3, ?4, 'cancellation', ?5)",
    )?
    .execute((
        merchant,
        order,
        released.as_ref().map(|hold| hold.id),
        points,
        tx.now().as_millisecond(),
    ))?;
    let id = format!("rel-{}", tx.last_insert_rowid());
    if let Some(hold) = released {
        tx.prepare_cached("UPDATE hold SET state = 'cancelled' WHERE id = ?1")?
            .execute([hold.id])?;
        lots::free(tx, hold.id)?;
        let free = Movement {
            available: points,
            held: -points,
            ..Movement::of("release")
        };
        ledger::post(tx, seed, hold.account, &free, order, None)?;
        // The lot may have expired while its points were promised.
        expiry::expire_due(tx, seed, hold.account)?;
    }
    tx.effect("release", &id);
    Ok(Moved { id, points })
}

/// The release that a cancellation wrote, where one did; a lapse is none.
fn cancellation_of(
    conn: &Connection,
    merchant: &str,
    order: &str,
) -> rusqlite::Result<Option<Moved>> {
    conn.prepare_cached(
        "SELECT id, points FROM hold_release \
         WHERE merchant = ?1 AND reference = ?2 AND cause = 'cancellation' LIMIT 1",
    )?
    .query_row([merchant, order], |row| {
        let id: i64 = row.get(0)?;
        Ok(Moved {
            id: format!("rel-{id}"),
            points: row.get(1)?,
        })
    })
    .optional()
}
