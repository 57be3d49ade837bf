//! Extensions: a hold lapses later; one that has lapsed is made again, if the points are still there.

use crate::engine::{Engine, KEY_RETENTION, Merchant};
use crate::lots;
use crate::redemptions::{self, Hold};
use crate::seed::Seed;
use crate::wire::{NewExtension, RedemptionObject};
use axum::extract::State;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use crossdock_model::Timestamp;

/// `POST /v1/redemption-extensions`: the hold of an order lasts at least so long from now.
pub(crate) async fn extend(
    State(engine): State<Engine>,
    entry: Entry,
    Merchant(merchant): Merchant,
    Json(ask): Json<NewExtension>,
) -> Result<Json<RedemptionObject>, VendorError> {
    if ask.ttl_seconds == 0 {
        return Err(VendorError::unprocessable(
            "nothing_asked",
            "ttl_seconds is at least 1",
        ));
    }
    let answer = entry.write(move |tx| {
        // Before the kept answer: what was cancelled stays cancelled, even for a key that extended it.
        redemptions::not_cancelled(tx, &merchant, &ask.order)?;
        let answer = tx.once(KEY_RETENTION, || {
            extended(tx, &engine.seed, &merchant, &ask)
        })?;
        // A kept answer may show a hold whose time is over: the key asks for one that lasts.
        if answer.status == "held" && answer.expires_at <= tx.now() {
            return extended(tx, &engine.seed, &merchant, &ask);
        }
        Ok(answer)
    });
    answer.await.map(Json)
}

fn extended(
    tx: &Tx<'_>,
    seed: &Seed,
    merchant: &str,
    ask: &NewExtension,
) -> Outcome<RedemptionObject> {
    let hold = redemptions::settled(tx, seed, merchant, &ask.order)?;
    let hold = hold.ok_or_else(|| VendorError::not_found("redemption"))?;
    let until = redemptions::lapse(tx, ask.ttl_seconds);
    let hold = match hold.state.as_str() {
        "held" => longer(tx, hold, until)?,
        "expired" => held_again(tx, seed, &ask.order, &hold, until)?,
        // Burnt points lapse no more, and what was cancelled is refused before.
        _captured => hold,
    };
    Ok(redemptions::shown(tx, &ask.order, &hold)?)
}

/// Lets a hold lapse later; never earlier.
fn longer(tx: &Tx<'_>, hold: Hold, until: Timestamp) -> Outcome<Hold> {
    if until <= hold.expires_at {
        return Ok(hold);
    }
    tx.prepare_cached("UPDATE hold SET expires_at = ?2 WHERE id = ?1")?
        .execute((hold.id, until.as_millisecond()))?;
    tx.effect("hold", format!("hld-{}", hold.id));
    Ok(Hold {
        expires_at: until,
        ..hold
    })
}

/// Makes a lapsed hold again from what the account has now, as a new hold would be made.
fn held_again(
    tx: &Tx<'_>,
    seed: &Seed,
    order: &str,
    lapsed: &Hold,
    until: Timestamp,
) -> Outcome<Hold> {
    let chosen = redemptions::enough(tx, lapsed.account, lapsed.points)?;
    let hold = Hold {
        state: "held".into(),
        expires_at: until,
        ..*lapsed
    };
    lots::forget(tx, hold.id)?;
    let now = tx.now().as_millisecond();
    tx.prepare_cached(
        "UPDATE hold SET state = 'held', held_at = ?2, expires_at = ?3 WHERE id = ?1",
    )?
    .execute((hold.id, now, until.as_millisecond()))?;
    redemptions::promise(tx, seed, order, &hold, &chosen)?;
    Ok(hold)
}
