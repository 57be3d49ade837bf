//! Refunds: captured money on its way back.

use crate::documents::{self, DocumentKind};
use crate::ledger::{Kind, Movement};
use crate::payments::{KEY_RETENTION, Payment, check_amount};
use crate::wire::{ByReference, DocumentObject, Found, NewDocument, NewRefund};
use axum::extract::Query;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};

/// `POST /v1/refunds`: accepts captured money for its way back, which settles or fails later.
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
    let document = NewDocument {
        merchant_account: &new.merchant_account,
        payment_reference: &new.payment_reference,
        reference: &new.reference,
        amount: new.amount,
        currency: &new.currency,
        merchant_data: new.merchant_data.as_deref(),
    };
    let accepted = documents::accept(tx, DocumentKind::Refund, first, &document)?;
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
    let refundable = payments
        .iter()
        .map(|payment| i128::from(payment.refundable()));
    let refundable: i128 = refundable.sum();
    let first = payments.iter().find(|payment| payment.refundable() > 0);
    match first {
        Some(first) if refundable >= i128::from(new.amount) => Ok(first),
        _too_little => {
            let message = format!("{} asked, {refundable} refundable", new.amount);
            Err(VendorError::conflict("amount_exceeds_capture", message))
        }
    }
}

/// `GET /v1/refunds`: those with a reference of the merchant's.
pub(crate) async fn find(
    entry: Entry,
    Query(by): Query<ByReference>,
) -> Result<Json<Found<DocumentObject>>, VendorError> {
    documents::find(entry.book(), DocumentKind::Refund, &by).await
}
