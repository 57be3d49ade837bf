//! Captures: reserved money taken.

use crate::KEY_RETENTION;
use crate::ledger::{Kind, Movement, number};
use crate::payments::{Payment, check_amount};
use crate::wire::{ByReference, DocumentObject, Found, NewCapture};
use axum::extract::Query;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use rusqlite::{Row, params};

/// `POST /v1/captures`.
pub(crate) async fn capture(
    entry: Entry,
    Json(new): Json<NewCapture>,
) -> Result<Json<DocumentObject>, VendorError> {
    check_amount(new.amount, &new.currency)?;
    let taken = entry.write(move |tx| tx.once(KEY_RETENTION, || take(tx, &new)));
    Ok(Json(taken.await?))
}

fn take(tx: &Tx<'_>, new: &NewCapture) -> Outcome<DocumentObject> {
    let payments = Payment::all(tx, &new.merchant_account, &new.payment_reference)?;
    let payment = choose(tx, &payments, new)?;
    let last = "SELECT coalesce(max(seq), 0) FROM captures";
    let (seq, id) = number(tx, "cap", last)?;
    let taken = DocumentObject {
        id,
        merchant_account: new.merchant_account.clone(),
        payment: payment.id.clone(),
        payment_reference: new.payment_reference.clone(),
        reference: new.reference.clone(),
        amount: new.amount,
        currency: new.currency.clone(),
        status: "accepted".into(),
        created: tx.now().as_millisecond(),
        settled: None,
        failure: None,
        merchant_data: new.merchant_data.clone(),
    };
    tx.prepare_cached(
        "INSERT INTO captures (seq, id, merchant_account, payment_reference, reference, payment, \
         amount, currency, status, merchant_data, created) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        seq,
        taken.id,
        taken.merchant_account,
        taken.payment_reference,
        taken.reference,
        taken.payment,
        taken.amount,
        taken.currency,
        taken.status,
        taken.merchant_data,
        taken.created
    ])?;
    let movement = Movement {
        kind: Kind::Capture,
        payment: &payment.id,
        document: &taken.id,
        amount: new.amount,
        currency: &new.currency,
    };
    movement.post(tx)?;
    let left = payment.held() - new.amount;
    if new.last && left > 0 {
        let rest = Movement {
            kind: Kind::Cancel,
            amount: left,
            ..movement
        };
        rest.post(tx)?;
    }
    tx.effect("capture", &taken.id);
    Ok(taken)
}

/// The newest authorisation that holds enough, or why there is none.
fn choose<'a>(
    tx: &Tx<'_>,
    payments: &'a [Payment],
    new: &NewCapture,
) -> Result<&'a Payment, VendorError> {
    let newest = payments
        .last()
        .ok_or_else(|| VendorError::not_found("payment"))?;
    if newest.currency != new.currency {
        let message = format!("authorised in {}, not {}", newest.currency, new.currency);
        return Err(VendorError::unprocessable("currency_mismatch", message));
    }
    let live = |payment: &&Payment| payment.held() > 0 && !payment.is_expired(tx.now());
    let enough = |payment: &&Payment| live(payment) && payment.held() >= new.amount;
    if let Some(payment) = payments.iter().rev().find(enough) {
        return Ok(payment);
    }
    match payments.iter().rev().find(live) {
        None if newest.is_expired(tx.now()) || newest.ran_out(tx.now()) => {
            let message = "the authorisation ran out: authorise again";
            Err(VendorError::conflict("authorisation_expired", message))
        }
        most => {
            let held = most.map_or(0, Payment::held);
            let message = format!("{} asked, {held} left of the authorisation", new.amount);
            Err(VendorError::conflict(
                "amount_exceeds_authorisation",
                message,
            ))
        }
    }
}

/// `GET /v1/captures`.
pub(crate) async fn find(
    entry: Entry,
    Query(wanted): Query<ByReference>,
) -> Result<Json<Found<DocumentObject>>, VendorError> {
    let data = entry.book().read(|conn| {
        conn.prepare_cached(
            "SELECT id, merchant_account, payment, payment_reference, reference, amount, currency, \
             status, created, settled, NULL, merchant_data FROM captures \
             WHERE reference = ?1 AND merchant_account = ?2 ORDER BY seq",
        )?
        .query_map(params![wanted.reference, wanted.merchant_account], document)?
        .collect()
    })?;
    Ok(Json(Found { data }))
}

/// A row of captures or refunds, in the order of the object's members.
pub(crate) fn document(row: &Row<'_>) -> rusqlite::Result<DocumentObject> {
    Ok(DocumentObject {
        id: row.get(0)?,
        merchant_account: row.get(1)?,
        payment: row.get(2)?,
        payment_reference: row.get(3)?,
        reference: row.get(4)?,
        amount: row.get(5)?,
        currency: row.get(6)?,
        status: row.get(7)?,
        created: row.get(8)?,
        settled: row.get(9)?,
        failure: row.get(10)?,
        merchant_data: row.get(11)?,
    })
}
