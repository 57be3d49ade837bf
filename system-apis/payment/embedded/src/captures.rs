//! Captures: reserved money taken.

use crate::documents::{self, DocumentKind};
use crate::ledger::{Kind, Movement};
use crate::payments::{KEY_RETENTION, Payment, check_amount};
use crate::wire::{ByReference, DocumentObject, Found, NewCapture, NewDocument};
use axum::extract::Query;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};

/// `POST /v1/captures`: takes money of an authorisation, and gives up the rest where it is the last.
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
    let document = NewDocument {
        merchant_account: &new.merchant_account,
        payment_reference: &new.payment_reference,
        reference: &new.reference,
        amount: new.amount,
        currency: &new.currency,
        merchant_data: new.merchant_data.as_deref(),
    };
    let taken = documents::accept(tx, DocumentKind::Capture, payment, &document)?;
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

/// `GET /v1/captures`: those with a reference of the merchant's.
pub(crate) async fn find(
    entry: Entry,
    Query(by): Query<ByReference>,
) -> Result<Json<Found<DocumentObject>>, VendorError> {
    documents::find(entry.book(), DocumentKind::Capture, &by).await
}
