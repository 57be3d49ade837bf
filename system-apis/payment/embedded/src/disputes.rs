//! Disputes: captured money that the cardholder's bank claims back, won or lost by what the merchant can show.

use crate::ledger::{Kind, Movement, number};
use crate::payments::{KEY_RETENTION, Payment, check_amount};
use crate::wire::{CloseDispute, DisputeObject, NewDispute};
use axum::extract::Path;
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use crossdock_model::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};
use std::time::Duration;

/// For how long the merchant can send evidence.
const EVIDENCE: Duration = Duration::from_hours(14 * 24);
/// What a lost dispute costs beside its amount, in minor units.
const FEE: i64 = 1_500;

const COLUMNS: &str = "id, merchant_account, payment, payment_reference, amount, currency, reason, status, \
     fee, evidence_due_by, created, closed";

/// `POST /v1/disputes`: the sandbox's cardholder disputes captured money.
pub(crate) async fn open(
    entry: Entry,
    Json(new): Json<NewDispute>,
) -> Result<Json<DisputeObject>, VendorError> {
    check_amount(new.amount, &new.currency)?;
    let opened = entry.write(move |tx| tx.once(KEY_RETENTION, || claim(tx, &new)));
    Ok(Json(opened.await?))
}

fn claim(tx: &Tx<'_>, new: &NewDispute) -> Outcome<DisputeObject> {
    let payments = Payment::all(tx, &new.merchant_account, &new.payment_reference)?;
    let fits =
        |payment: &&Payment| payment.refundable() >= new.amount && payment.currency == new.currency;
    let Some(payment) = payments.iter().find(fits) else {
        let message = format!(
            "no payment has {} {} left to dispute",
            new.amount, new.currency
        );
        return Err(VendorError::conflict("amount_exceeds_capture", message).into());
    };
    let last = "SELECT coalesce(max(seq), 0) FROM disputes";
    let (seq, id) = number(tx, "dp", last)?;
    let due_by = tx.now().saturating_add(EVIDENCE).unwrap_or(Timestamp::MAX);
    let dispute = DisputeObject {
        id,
        merchant_account: new.merchant_account.clone(),
        payment: payment.id.clone(),
        payment_reference: new.payment_reference.clone(),
        amount: new.amount,
        currency: new.currency.clone(),
        reason: new.reason.clone(),
        status: "open".into(),
        fee: 0,
        evidence_due_by: due_by.as_millisecond(),
        created: tx.now().as_millisecond(),
        closed: None,
    };
    tx.prepare_cached(&format!(
        "INSERT INTO disputes (seq, {COLUMNS}) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    ))?
    .execute(params![
        seq,
        dispute.id,
        dispute.merchant_account,
        dispute.payment,
        dispute.payment_reference,
        dispute.amount,
        dispute.currency,
        dispute.reason,
        dispute.status,
        dispute.fee,
        dispute.evidence_due_by,
        dispute.created,
        dispute.closed
    ])?;
    tx.effect("dispute", &dispute.id);
    tx.announce(&dispute.payment_reference, "dispute.opened", &dispute)?;
    Ok(dispute)
}

/// `POST /v1/disputes/{id}/close`: the sandbox's bank decides; a second decision answers the first.
pub(crate) async fn close(
    entry: Entry,
    Path(id): Path<String>,
    Json(decided): Json<CloseDispute>,
) -> Result<Json<DisputeObject>, VendorError> {
    let closed = entry.write(move |tx| decide(tx, &id, &decided));
    Ok(Json(closed.await?))
}

fn decide(tx: &Tx<'_>, id: &str, decided: &CloseDispute) -> Outcome<DisputeObject> {
    let found = tx
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM disputes WHERE id = ?1 AND merchant_account = ?2"
        ))?
        .query_row(params![id, decided.merchant_account], object)
        .optional()?;
    let mut dispute = found.ok_or_else(|| VendorError::not_found("dispute"))?;
    if dispute.status != "open" {
        return Ok(dispute);
    }
    let status = match &*decided.outcome {
        outcome @ ("won" | "lost") => outcome,
        other => {
            let message = format!("'{other}' is no outcome: won or lost");
            return Err(VendorError::unprocessable("outcome_unknown", message).into());
        }
    };
    status.clone_into(&mut dispute.status);
    dispute.closed = Some(tx.now().as_millisecond());
    if status == "lost" {
        dispute.fee = FEE;
        let lost = Movement {
            kind: Kind::Chargeback,
            payment: &dispute.payment,
            document: &dispute.id,
            amount: dispute.amount,
            currency: &dispute.currency,
        };
        lost.post(tx)?;
        let fee = Movement {
            kind: Kind::DisputeFee,
            amount: FEE,
            ..lost
        };
        fee.post(tx)?;
    }
    tx.prepare_cached("UPDATE disputes SET status = ?2, fee = ?3, closed = ?4 WHERE id = ?1")?
        .execute(params![
            dispute.id,
            dispute.status,
            dispute.fee,
            dispute.closed
        ])?;
    tx.announce(&dispute.payment_reference, "dispute.closed", &dispute)?;
    Ok(dispute)
}

fn object(row: &Row<'_>) -> rusqlite::Result<DisputeObject> {
    Ok(DisputeObject {
        id: row.get(0)?,
        merchant_account: row.get(1)?,
        payment: row.get(2)?,
        payment_reference: row.get(3)?,
        amount: row.get(4)?,
        currency: row.get(5)?,
        reason: row.get(6)?,
        status: row.get(7)?,
        fee: row.get(8)?,
        evidence_due_by: row.get(9)?,
        created: row.get(10)?,
        closed: row.get(11)?,
    })
}

#[cfg(test)]
mod tests {
    use crate::tests::{Psp, psp};
    use serde_json::{Value, json};

    async fn disputed(psp: &Psp, key: &str, amount: i64) -> (u16, Value) {
        let body = json!({"payment_reference": "o-1", "amount": amount, "currency": "USD", "reason": "fraudulent"});
        psp.post("/v1/disputes", key, body).await
    }

    async fn closed(psp: &Psp, dispute: &Value, outcome: &str) -> (u16, Value) {
        let path = format!("/v1/disputes/{}/close", dispute["id"].as_str().unwrap());
        psp.post(&path, "close", json!({"outcome": outcome})).await
    }

    async fn captured() -> Psp {
        let psp = psp();
        psp.authorise("k1", "tok_visa", 100).await;
        psp.capture("c1", 100, true).await;
        psp.settle().await;
        psp
    }

    #[tokio::test]
    async fn what_is_disputed_cannot_be_refunded_until_it_is_won() {
        let psp = captured().await;
        let (status, dispute) = disputed(&psp, "d1", 70).await;
        assert_eq!((status, &dispute["status"]), (200, &json!("open")));
        assert_eq!(disputed(&psp, "d1", 70).await.1, dispute);
        assert_eq!(psp.refund("r1", 31).await.0, 409);
        assert_eq!(disputed(&psp, "d2", 31).await.0, 409);
        let (_, won) = closed(&psp, &dispute, "won").await;
        assert_eq!((&won["status"], &won["fee"]), (&json!("won"), &json!(0)));
        assert_eq!(psp.refund("r2", 100).await.0, 200);
        psp.assert_ledger_holds();
    }

    #[tokio::test]
    async fn what_is_lost_goes_back_with_a_fee_once() {
        let psp = captured().await;
        let (_, dispute) = disputed(&psp, "d1", 70).await;
        assert_eq!(closed(&psp, &dispute, "drawn").await.0, 422);
        for outcome in ["lost", "won"] {
            let (_, lost) = closed(&psp, &dispute, outcome).await;
            assert_eq!(
                (&lost["status"], &lost["fee"]),
                (&json!("lost"), &json!(1_500))
            );
        }
        assert_eq!(psp.refund("r1", 31).await.0, 409);
        assert_eq!(psp.refund("r2", 30).await.0, 200);
        psp.assert_ledger_holds();
        let fees = psp
            .table("totals")
            .into_iter()
            .find(|total| total["account"] == "fees");
        assert_eq!(fees.unwrap()["balance"], 1_500);
        let told = psp.table("webhook_outbox");
        let told: Vec<&Value> = told.iter().map(|row| &row["kind"]).collect();
        assert_eq!(
            told,
            ["capture.settled", "dispute.opened", "dispute.closed"]
        );
    }
}
