//! Authorisations: held, looked up, given up.

use crate::ledger::{Kind, Movement, number};
use crate::wire::{
    ByReference, CancellationObject, Found, NewCancellation, NewPayment, PaymentObject,
};
use axum::extract::Query;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError, total};
use crossdock_model::Timestamp;
use rusqlite::{Connection, params};
use std::time::Duration;

/// How long the provider remembers an idempotency key.
pub(crate) const KEY_RETENTION: Duration = Duration::from_hours(24);
/// How long an authorisation can be captured.
const AUTHORISATION_LIFETIME: Duration = Duration::from_hours(7 * 24);
/// How long an authorisation of `tok_expired_soon` can be captured.
const SOON: Duration = Duration::from_hours(1);

/// An authorisation with what became of it: a row of the book, with its balance.
#[derive(Debug, Clone)]
pub(crate) struct Payment {
    pub(crate) id: String,
    reference: String,
    pub(crate) currency: String,
    authorised: i64,
    captured: i64,
    cancelled: i64,
    expired: i64,
    refund_pending: i64,
    refunded: i64,
    /// What is disputed, or was lost in a dispute.
    claimed: i64,
    capture_before: i64,
    created: i64,
}

impl Payment {
    /// Every payment with that reference, oldest first.
    pub(crate) fn all(
        conn: &Connection,
        account: &str,
        reference: &str,
    ) -> rusqlite::Result<Vec<Self>> {
        conn.prepare_cached(
            "SELECT p.id, p.reference, p.currency, b.authorised, b.captured, b.cancelled, \
             b.expired, b.refund_pending, b.refunded, p.capture_before, p.created, \
             (SELECT coalesce(sum(d.amount), 0) FROM disputes d \
             WHERE d.payment = p.id AND d.status <> 'won') \
             FROM payments p JOIN balances b ON b.payment = p.id \
             WHERE p.reference = ?1 AND p.merchant_account = ?2 ORDER BY p.seq",
        )?
        .query_map(params![reference, account], |row| {
            Ok(Self {
                id: row.get(0)?,
                reference: row.get(1)?,
                currency: row.get(2)?,
                authorised: row.get(3)?,
                captured: row.get(4)?,
                cancelled: row.get(5)?,
                expired: row.get(6)?,
                refund_pending: row.get(7)?,
                refunded: row.get(8)?,
                capture_before: row.get(9)?,
                created: row.get(10)?,
                claimed: row.get(11)?,
            })
        })?
        .collect()
    }

    /// The amount that is held, whether it can still be captured or not.
    pub(crate) fn held(&self) -> i64 {
        self.authorised - self.captured - self.cancelled - self.expired
    }

    pub(crate) fn is_expired(&self, now: Timestamp) -> bool {
        self.held() > 0 && now.as_millisecond() >= self.capture_before
    }

    /// Whether its time was up before everything was taken.
    pub(crate) fn ran_out(&self, now: Timestamp) -> bool {
        self.expired > 0 || self.is_expired(now)
    }

    /// The captured amount that no refund and no dispute has claimed.
    pub(crate) fn refundable(&self) -> i64 {
        self.captured - self.refund_pending - self.refunded - self.claimed
    }

    fn status(&self, now: Timestamp) -> &'static str {
        match (self.captured > 0, self.held() > 0) {
            (true, true) if !self.is_expired(now) => "partially_captured",
            (true, _) => "captured",
            (false, true) if !self.is_expired(now) => "authorised",
            (false, true) => "expired",
            (false, false) if self.expired > 0 => "expired",
            (false, false) => "cancelled",
        }
    }

    fn object(self, now: Timestamp) -> PaymentObject {
        let gone = if self.is_expired(now) { self.held() } else { 0 };
        PaymentObject {
            status: self.status(now).to_owned(),
            id: self.id,
            reference: self.reference,
            currency: self.currency,
            authorised: self.authorised,
            captured: self.captured,
            cancelled: self.cancelled + self.expired + gone,
            refund_pending: self.refund_pending,
            refunded: self.refunded,
            capture_before: self.capture_before,
            created: self.created,
        }
    }
}

/// An amount that a movement can have.
pub(crate) fn check_amount(amount: i64, currency: &str) -> Result<(), VendorError> {
    let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if amount <= 0 || !is_code {
        let message = format!("{amount} {currency}: send minor units above 0 and an ISO 4217 code");
        return Err(VendorError::unprocessable("amount_invalid", message));
    }
    total("the amounts", [amount]).map(|_fits| ())
}

/// `POST /v1/payments`: authorises an amount on the card behind the token.
pub(crate) async fn authorise(
    entry: Entry,
    Json(new): Json<NewPayment>,
) -> Result<Json<PaymentObject>, VendorError> {
    check_amount(new.amount, &new.currency)?;
    let held = entry.write(move |tx| tx.once(KEY_RETENTION, || hold(tx, &new)));
    Ok(Json(held.await?))
}

fn hold(tx: &Tx<'_>, new: &NewPayment) -> Outcome<PaymentObject> {
    refuse_cancelled(tx, new)?;
    let lifetime = lifetime(&new.token)?;
    let last = "SELECT coalesce(max(seq), 0) FROM payments";
    let (seq, id) = number(tx, "pay", last)?;
    let until = tx.now().saturating_add(lifetime).unwrap_or(Timestamp::MAX);
    tx.prepare_cached(
        "INSERT INTO payments (seq, id, merchant_account, reference, token, currency, \
         capture_before, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        seq,
        id,
        new.merchant_account,
        new.reference,
        new.token,
        new.currency,
        until.as_millisecond(),
        tx.now().as_millisecond()
    ])?;
    tx.prepare_cached(
        "INSERT INTO balances (payment, currency, authorised, held_until) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        id,
        new.currency,
        new.amount,
        until.as_millisecond()
    ])?;
    Movement {
        kind: Kind::Authorise,
        payment: &id,
        document: &id,
        amount: new.amount,
        currency: &new.currency,
    }
    .post(tx)?;
    tx.effect("payment", &id);
    let held = Payment {
        id,
        reference: new.reference.clone(),
        currency: new.currency.clone(),
        authorised: new.amount,
        captured: 0,
        cancelled: 0,
        expired: 0,
        refund_pending: 0,
        refunded: 0,
        claimed: 0,
        capture_before: until.as_millisecond(),
        created: tx.now().as_millisecond(),
    };
    Ok(held.object(tx.now()))
}

/// A cancellation that came first forbids every later authorisation of the reference.
fn refuse_cancelled(tx: &Tx<'_>, new: &NewPayment) -> Outcome<()> {
    let cancelled: bool = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM tombstones WHERE reference = ?1 AND merchant_account = ?2)",
        )?
        .query_row(params![new.reference, new.merchant_account], |row| {
            row.get(0)
        })?;
    if cancelled {
        let message = format!("{} was cancelled: use a new reference", new.reference);
        return Err(VendorError::conflict("reference_cancelled", message).into());
    }
    Ok(())
}

/// How long the card behind the token is held, or why it is not.
fn lifetime(token: &str) -> Result<Duration, VendorError> {
    let declined = |reason: &'static str| {
        let message = format!("the issuer declined: {reason}");
        let details = serde_json::json!({ "decline_code": reason });
        VendorError::payment_required("card_declined", message).with_details(details)
    };
    match token {
        "tok_declined" => Err(declined("do_not_honour")),
        "tok_insufficient_funds" => Err(declined("insufficient_funds")),
        "tok_expired_soon" => Ok(SOON),
        token if token.starts_with("tok_") => Ok(AUTHORISATION_LIFETIME),
        _no_token => {
            let message = "the token is none of ours: tokens begin with tok_";
            Err(VendorError::unprocessable("token_unknown", message))
        }
    }
}

/// `GET /v1/payments`: the payments with a reference of the merchant's.
pub(crate) async fn find(
    entry: Entry,
    Query(wanted): Query<ByReference>,
) -> Result<Json<Found<PaymentObject>>, VendorError> {
    let book = entry.book();
    let found = book
        .read(|conn| Payment::all(conn, &wanted.merchant_account, &wanted.reference))
        .await?;
    let now = book.now();
    let data = found
        .into_iter()
        .map(|payment| payment.object(now))
        .collect();
    Ok(Json(Found { data }))
}

/// `POST /v1/cancellations`: gives up all that is held under a reference.
pub(crate) async fn cancel(
    entry: Entry,
    Json(new): Json<NewCancellation>,
) -> Result<Json<CancellationObject>, VendorError> {
    let given_up = entry.write(move |tx| give_up(tx, &new));
    Ok(Json(given_up.await?))
}

/// Lets everything go that carries the reference, and remembers it for an authorisation that comes late.
fn give_up(tx: &Tx<'_>, new: &NewCancellation) -> Outcome<CancellationObject> {
    let payments = Payment::all(tx, &new.merchant_account, &new.payment_reference)?;
    tx.prepare_cached(
        "INSERT OR IGNORE INTO tombstones (reference, merchant_account, at) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![
        new.payment_reference,
        new.merchant_account,
        tx.now().as_millisecond()
    ])?;
    let mut cancelled = 0;
    for payment in &payments {
        cancelled += payment.cancelled;
        cancelled += release(tx, payment, Kind::Cancel)?;
    }
    tx.effect("cancellation", &new.payment_reference);
    let last = payments.into_iter().next_back();
    let (payment, currency) = last.map(|last| (last.id, last.currency)).unzip();
    Ok(CancellationObject {
        payment_reference: new.payment_reference.clone(),
        payment,
        cancelled,
        currency,
    })
}

/// Lets go what the payment still holds, and says how much that was.
pub(crate) fn release(tx: &Tx<'_>, payment: &Payment, kind: Kind) -> rusqlite::Result<i64> {
    let held = payment.held();
    if held > 0 {
        Movement {
            kind,
            payment: &payment.id,
            document: &payment.id,
            amount: held,
            currency: &payment.currency,
        }
        .post(tx)?;
    }
    Ok(held)
}
