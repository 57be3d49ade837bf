//! An order of the fill that is asked for later, with everything it can be found by.

use crate::shop::Shop;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The loyalty card of the member who buys some of the orders.
pub(crate) const CARD: &str = "member-bob";
/// The e-mail address of the customer who buys the others, as the customer register knows it.
pub(crate) const CUSTOMERS_EMAIL: &str = "cleo@example.com";

/// An order that is asked for later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sample {
    /// The id that the shop was answered with.
    pub(crate) id: String,
    /// The reference that the shop gave it.
    pub(crate) reference: String,
    /// Its number in the fill.
    number: u64,
    /// The payment provider's reference of the authorisation.
    pub(crate) tender: String,
    /// The product with the location that it left and the day.
    pub(crate) item: Value,
}

/// How the shop refers to the order with that number.
pub(crate) fn reference(number: u64) -> String {
    format!("old-{number}")
}

/// How the buyer of the order with that number can be reached about it.
pub(crate) fn contact(number: u64) -> Value {
    json!({"email": email(number), "phone": phone(number)})
}

/// The e-mail address of the buyer of the order with that number.
pub(crate) fn email(number: u64) -> String {
    format!("old-{number}@example.org")
}

/// The phone number of the same.
pub(crate) fn phone(number: u64) -> String {
    format!("+44 {number:010}")
}

impl Sample {
    /// The e-mail address that was given with the order.
    pub(crate) fn email(&self) -> String {
        email(self.number)
    }

    /// The phone number that was given with the order.
    pub(crate) fn phone(&self) -> String {
        phone(self.number)
    }

    /// What a settled order can be found by, as an agent reads it.
    pub(crate) async fn read(shop: &Shop, number: u64, id: String) -> Result<Self, String> {
        let path = format!("/customer-service/v1/orders/{id}");
        let (order, timeline) = (
            get(shop, &path).await?,
            get(shop, &format!("{path}/timeline")).await?,
        );
        let text = |of: &Value, pointer: &str| {
            let text = of.pointer(pointer).and_then(Value::as_str);
            text.map(str::to_owned)
                .ok_or_else(|| format!("order {id} has no {pointer}"))
        };
        let entries = timeline.get("entries").and_then(Value::as_array);
        let authorised = entries
            .into_iter()
            .flatten()
            .find(|entry| entry.get("event") == Some(&json!("PaymentAuthorised")))
            .ok_or_else(|| format!("order {id} was never authorised"))?;
        if text(&order, "/channelRef")? != reference(number) {
            return Err(format!(
                "order {id} is not the one with the number {number}"
            ));
        }
        let shipped_at = text(&order, "/shipments/0/shippedAt")?;
        let day = shipped_at.split('T').next();
        Ok(Self {
            reference: reference(number),
            number,
            tender: text(authorised, "/data/reference/value")?,
            item: json!({
                "sku": "A-1", "location": text(&order, "/shipments/0/location")?, "day": day,
            }),
            id,
        })
    }
}

async fn get(shop: &Shop, path: &str) -> Result<Value, String> {
    let reply = shop.agent.get(path.to_owned()).send().await;
    let reply = reply.map_err(|fault| format!("{path}: {fault}"))?;
    if reply.status != StatusCode::OK {
        return Err(format!("{path}: {}", reply.status));
    }
    reply.json().map_err(|fault| format!("{path}: {fault}"))
}
