//! Refunds: captured money on its way back.

use crate::KEY_RETENTION;
use crate::captures::document;
use crate::ledger::{Kind, Movement, number};
use crate::payments::{Payment, check_amount};
use crate::wire::{ByReference, DocumentObject, Found, NewRefund};
use axum::extract::Query;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use rusqlite::params;

/// `POST /v1/refunds`.
pub(crate) async fn refund(
    entry: Entry,
    Json(new): Json<NewRefund>,
) -> Result<Json<DocumentObject>, VendorError> {
    check_amount(new.amount, &new.currency)?;
    let accepted = entry.write(move |tx| tx.once(KEY_RETENTION, || accept(tx, &new)));
    Ok(Json(accepted.await?))
}

fn accept(tx: &Tx<'_>, new: &NewRefund) -> Outcome<DocumentObject> {
    let payments = Payment::all(tx, &new.merchant_account, &new.payment_reference)?;
    let first = check(&payments, new)?;
    let last = "SELECT coalesce(max(seq), 0) FROM refunds";
    let (seq, id) = number(tx, "ref", last)?;
    let accepted = DocumentObject {
        id,
        merchant_account: new.merchant_account.clone(),
        payment: first.id.clone(),
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
        "INSERT INTO refunds (seq, id, merchant_account, payment_reference, reference, payment, \
         amount, currency, status, merchant_data, created) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        seq,
        accepted.id,
        accepted.merchant_account,
        accepted.payment_reference,
        accepted.reference,
        accepted.payment,
        accepted.amount,
        accepted.currency,
        accepted.status,
        accepted.merchant_data,
        accepted.created
    ])?;
    let mut left = new.amount;
    for payment in &payments {
        let part = payment.refundable().min(left);
        if part > 0 {
            left -= part;
            Movement {
                kind: Kind::Refund,
                payment: &payment.id,
                document: &accepted.id,
                amount: part,
                currency: &new.currency,
            }
            .post(tx)?;
        }
    }
    tx.effect("refund", &accepted.id);
    Ok(accepted)
}

/// The first payment it is taken from, or why it cannot be.
fn check<'a>(payments: &'a [Payment], new: &NewRefund) -> Result<&'a Payment, VendorError> {
    let newest = payments
        .last()
        .ok_or_else(|| VendorError::not_found("payment"))?;
    if newest.currency != new.currency {
        let message = format!("captured in {}, not {}", newest.currency, new.currency);
        return Err(VendorError::unprocessable("currency_mismatch", message));
    }
    let refundable: i64 = payments.iter().map(Payment::refundable).sum();
    let first = payments.iter().find(|payment| payment.refundable() > 0);
    match first {
        Some(first) if refundable >= new.amount => Ok(first),
        _too_little => {
            let message = format!("{} asked, {refundable} refundable", new.amount);
            Err(VendorError::conflict("amount_exceeds_capture", message))
        }
    }
}

/// `GET /v1/refunds`.
pub(crate) async fn find(
    entry: Entry,
    Query(wanted): Query<ByReference>,
) -> Result<Json<Found<DocumentObject>>, VendorError> {
    let data = entry.book().read(|conn| {
        conn.prepare_cached(
            "SELECT id, merchant_account, payment, payment_reference, reference, amount, currency, \
             status, created, settled, failure, merchant_data FROM refunds \
             WHERE reference = ?1 AND merchant_account = ?2 ORDER BY seq",
        )?
        .query_map(params![wanted.reference, wanted.merchant_account], document)?
        .collect()
    })?;
    Ok(Json(Found { data }))
}
