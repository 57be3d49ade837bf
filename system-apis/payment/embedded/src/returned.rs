//! Refunds that come back after they settled: the cardholder's bank could not pay them out.

use crate::documents::{self, DocumentKind};
use crate::ledger::{Account, Kind, Movement};
use crate::wire::{DocumentObject, ReturnRefund};
use axum::extract::Path;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use rusqlite::params;

/// `POST /v1/refunds/{id}/return`: the sandbox's bank sends a settled refund back; a second time it stays so.
pub(crate) async fn send_back(
    entry: Entry,
    Path(id): Path<String>,
    Json(returned): Json<ReturnRefund>,
) -> Result<Json<DocumentObject>, VendorError> {
    let back = entry.write(move |tx| take_back(tx, &id, &returned));
    Ok(Json(back.await?))
}

fn take_back(tx: &Tx<'_>, id: &str, returned: &ReturnRefund) -> Outcome<DocumentObject> {
    let found = documents::by_id(tx, DocumentKind::Refund, id, &returned.merchant_account)?;
    let mut refund = found.ok_or_else(|| VendorError::not_found("refund"))?;
    match &*refund.status {
        "settled" => {}
        "failed" => return Ok(refund),
        other => {
            let message = format!("{id} is {other}: only what has settled comes back");
            return Err(VendorError::conflict("refund_not_settled", message).into());
        }
    }
    for (payment, amount) in documents::parts(tx, id, Account::RefundPayable, "refund")? {
        Movement {
            kind: Kind::RefundReturned,
            payment: &payment,
            document: id,
            amount,
            currency: &refund.currency,
        }
        .post(tx)?;
    }
    refund.status = "failed".into();
    refund.settled = None;
    refund.failure = Some(returned.reason.clone());
    tx.prepare_cached(
        "UPDATE refunds SET status = 'failed', settled = NULL, failure = ?2 WHERE id = ?1",
    )?
    .execute(params![refund.id, refund.failure])?;
    tx.announce(&refund.payment_reference, "refund.failed", &refund)?;
    Ok(refund)
}

#[cfg(test)]
mod tests {
    use crate::tests::psp;
    use serde_json::json;

    #[tokio::test]
    async fn a_refund_that_settled_may_come_back_and_is_the_merchants_again() {
        let psp = psp();
        psp.authorise("k1", "tok_visa", 100).await;
        psp.capture("c1", 100, true).await;
        let (_, refund) = psp.refund("r1", 100).await;
        let path = format!("/v1/refunds/{}/return", refund["id"].as_str().unwrap());
        let back = || psp.post(&path, "back", json!({"reason": "account closed"}));
        assert_eq!(back().await.0, 409);
        psp.settle().await;
        for _twice in 0..2 {
            let (_, returned) = back().await;
            let shown = (&returned["status"], &returned["failure"]);
            assert_eq!(shown, (&json!("failed"), &json!("account closed")));
        }
        assert_eq!(psp.refund("r2", 100).await.0, 200);
        psp.assert_ledger_holds();
    }
}
