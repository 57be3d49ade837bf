//! What the embedded provider's API reads and answers.

use crossdock_model::{Currency, Delivery, Fault, Money, Timestamp};
use serde::{Deserialize, Serialize};
use sys_payment_contract::PaymentState;

#[derive(Serialize)]
pub(super) struct NewPayment<'a> {
    pub(super) merchant_account: &'a str,
    pub(super) reference: &'a str,
    pub(super) amount: i64,
    pub(super) currency: &'a str,
    pub(super) token: &'a str,
}

#[derive(Serialize)]
pub(super) struct NewDocument<'a> {
    pub(super) merchant_account: &'a str,
    pub(super) payment_reference: &'a str,
    pub(super) reference: &'a str,
    pub(super) amount: i64,
    pub(super) currency: &'a str,
    pub(super) merchant_data: &'a str,
}

impl<'a> NewDocument<'a> {
    pub(super) fn new(
        delivery: &'a Delivery,
        order: &'a str,
        reference: &'a str,
        amount: Money,
    ) -> Self {
        Self {
            merchant_account: delivery.context.caller.tenant.as_str(),
            payment_reference: order,
            reference,
            amount: amount.minor,
            currency: amount.currency.code(),
            merchant_data: &delivery.context.correlation.0,
        }
    }
}

#[derive(Serialize)]
pub(super) struct NewCapture<'a> {
    #[serde(flatten)]
    pub(super) document: NewDocument<'a>,
    #[serde(rename = "final")]
    pub(super) last: bool,
}

#[derive(Serialize)]
pub(super) struct NewCancellation<'a> {
    pub(super) merchant_account: &'a str,
    pub(super) payment_reference: &'a str,
}

#[derive(Deserialize)]
pub(super) struct Found<T> {
    pub(super) data: Vec<T>,
}

#[derive(Deserialize)]
pub(super) struct WirePayment {
    pub(super) id: String,
    pub(super) reference: String,
    pub(super) currency: String,
    pub(super) authorised: i64,
    pub(super) captured: i64,
    pub(super) cancelled: i64,
    pub(super) refund_pending: i64,
    pub(super) refunded: i64,
    pub(super) capture_before: i64,
    pub(super) status: WireStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WireStatus {
    Authorised,
    PartiallyCaptured,
    Captured,
    Cancelled,
    Expired,
}

impl From<WireStatus> for PaymentState {
    fn from(status: WireStatus) -> Self {
        match status {
            WireStatus::Authorised => Self::Authorised,
            WireStatus::PartiallyCaptured => Self::PartiallyCaptured,
            WireStatus::Captured => Self::Captured,
            WireStatus::Cancelled => Self::Voided,
            WireStatus::Expired => Self::Expired,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct WireDocument {
    pub(super) id: String,
    pub(super) merchant_account: String,
    pub(super) payment: String,
    pub(super) payment_reference: String,
    pub(super) reference: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) status: String,
    pub(super) created: i64,
    #[serde(default)]
    pub(super) settled: Option<i64>,
    #[serde(default)]
    pub(super) failure: Option<String>,
    #[serde(default)]
    pub(super) merchant_data: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct WireCancellation {
    pub(super) payment_reference: String,
    #[serde(default)]
    pub(super) payment: Option<String>,
    pub(super) cancelled: i64,
    #[serde(default)]
    pub(super) currency: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct WireDispute {
    pub(super) id: String,
    pub(super) merchant_account: String,
    pub(super) payment: String,
    pub(super) payment_reference: String,
    pub(super) amount: i64,
    pub(super) currency: String,
    pub(super) reason: String,
    pub(super) status: String,
    pub(super) fee: i64,
    pub(super) evidence_due_by: i64,
    pub(super) created: i64,
    #[serde(default)]
    pub(super) closed: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Webhook {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) data: serde_json::Value,
}

/// An amount that it answers.
pub(super) fn money(minor: i64, code: &str) -> Result<Money, Fault> {
    let currency = Currency::from_code(code)
        .ok_or_else(|| Fault::poison(format!("the provider answered the currency '{code}'")))?;
    Ok(Money::new(minor, currency))
}

/// A time that it answers.
pub(super) fn time(millisecond: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_millisecond(millisecond)
        .map_err(|error| Fault::poison(format!("the provider answered a time: {error}")))
}
