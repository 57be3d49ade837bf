//! Money of an order that moves at the payment provider by itself, told by signed webhooks, each of its ends once.

use super::shop::{ConnectionLost, Shop};
use serde_json::{Value, json};

/// A return of the order that is closed, with its refund's number at the provider.
#[derive(Debug, Clone)]
pub(crate) struct Refunded {
    pub(crate) order: String,
    pub(crate) id: String,
    pub(crate) refund: String,
}

/// All of it, one after the other; what was told before is told again under its id, and dropped.
pub(crate) async fn money_moves(shop: &Shop, after: &Refunded) -> Result<(), ConnectionLost> {
    comes_back(shop, after).await?;
    is_captured(shop, &after.order).await?;
    is_refunded_and_comes_back(shop, &after.order).await?;
    is_disputed(shop, &after.order).await?;
    let unknown = json!({ "merchant_account": "acme", "amount": 1 });
    shop.hears("msg-unknown", "payout.failed", &unknown).await?;
    shop.is_told("resolve-webhook", "take-webhook", &Value::Null)
        .await
}

/// The refund of the return, after it had settled.
async fn comes_back(shop: &Shop, after: &Refunded) -> Result<(), ConnectionLost> {
    let mut refund = moved(&after.order, &after.refund, 3_485);
    refund["reference"] = json!(after.id);
    refund["failure"] = json!("account closed");
    shop.hears("msg-came-back", "refund.failed", &refund)
        .await?;
    let paid = json!({ "reference": "transfer-1" });
    shop.is_told("reopen-refund", "pay-by-hand", &paid).await
}

/// A capture that paid for the order's parcel, if somebody says so.
async fn is_captured(shop: &Shop, order: &str) -> Result<(), ConnectionLost> {
    let capture = moved(order, "cap_console", 1_000);
    shop.hears("msg-capture", "capture.settled", &capture)
        .await?;
    let parcels = shop.ask("/workflows?workflow=fulfil-shipment").await?;
    let shipment = parcels.text("/items/0/key");
    let claimed = json!({ "shipment": shipment });
    shop.is_told("account-provider-capture", "explain-capture", &claimed)
        .await
}

/// A refund as goodwill, which the bank then sends back.
async fn is_refunded_and_comes_back(shop: &Shop, order: &str) -> Result<(), ConnectionLost> {
    let mut refund = moved(order, "re_console", 500);
    shop.hears("msg-refund", "refund.settled", &refund).await?;
    let goodwill = json!({ "units": [] });
    shop.is_told("account-provider-refund", "attribute-refund", &goodwill)
        .await?;
    refund["failure"] = json!("account closed");
    shop.hears("msg-refund-back", "refund.failed", &refund)
        .await?;
    let paid = json!({ "reference": "transfer-2" });
    shop.is_told("reverse-provider-refund", "pay-owed", &paid)
        .await
}

/// A dispute that is on the desk, then won.
async fn is_disputed(shop: &Shop, order: &str) -> Result<(), ConnectionLost> {
    let mut dispute = json!({
        "id": "dp_1", "merchant_account": "acme", "payment": "pay_console", "payment_reference": order,
        "amount": 700, "currency": "USD", "reason": "fraudulent", "status": "open", "fee": 0,
        "evidence_due_by": AT + 1_000, "created": AT,
    });
    shop.hears("msg-dispute", "dispute.opened", &dispute)
        .await?;
    shop.until("order", "the dispute to be known", async || {
        let begun = shop.ask("/workflows?workflow=handle-dispute").await?;
        Ok(begun.json.pointer("/items/0").map(drop))
    })
    .await?;
    dispute["status"] = json!("won");
    dispute["closed"] = json!(AT + 10);
    shop.hears("msg-decided", "dispute.closed", &dispute)
        .await?;
    shop.until("order", "the dispute to be closed", async || {
        let ended = "/workflows?workflow=handle-dispute&status=completed";
        Ok(shop.ask(ended).await?.json.pointer("/items/0").map(drop))
    })
    .await
}

/// When all of it happened, by the provider: milliseconds since 1970.
const AT: i64 = 1_790_000_000_000;

fn moved(order: &str, id: &str, amount: i64) -> Value {
    json!({
        "id": id, "merchant_account": "acme", "payment": "pay_console", "payment_reference": order,
        "reference": format!("console-{id}"), "amount": amount, "currency": "USD",
        "status": "settled", "created": AT, "settled": AT,
    })
}
