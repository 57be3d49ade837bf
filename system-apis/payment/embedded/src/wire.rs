//! What the provider's API reads and answers, as its developers' page would list it.

use serde::{Deserialize, Serialize};

/// The body of `POST /v1/payments`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPayment {
    pub(crate) merchant_account: String,
    pub(crate) reference: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) token: String,
}

/// An authorisation and what became of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PaymentObject {
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) currency: String,
    pub(crate) authorised: i64,
    pub(crate) captured: i64,
    pub(crate) cancelled: i64,
    pub(crate) refund_pending: i64,
    pub(crate) refunded: i64,
    pub(crate) capture_before: i64,
    pub(crate) status: String,
    pub(crate) created: i64,
}

/// The body of `POST /v1/captures`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCapture {
    pub(crate) merchant_account: String,
    pub(crate) payment_reference: String,
    pub(crate) reference: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    #[serde(default, rename = "final")]
    pub(crate) last: bool,
    #[serde(default)]
    pub(crate) merchant_data: Option<String>,
}

/// The body of `POST /v1/refunds`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRefund {
    pub(crate) merchant_account: String,
    pub(crate) payment_reference: String,
    pub(crate) reference: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    #[serde(default)]
    pub(crate) merchant_data: Option<String>,
}

/// A capture or a refund as it is asked for.
#[derive(Debug)]
pub(crate) struct NewDocument<'a> {
    pub(crate) merchant_account: &'a str,
    pub(crate) payment_reference: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) amount: i64,
    pub(crate) currency: &'a str,
    pub(crate) merchant_data: Option<&'a str>,
}

/// A capture or a refund as it is answered, and as a webhook reports it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DocumentObject {
    pub(crate) id: String,
    pub(crate) merchant_account: String,
    pub(crate) payment: String,
    pub(crate) payment_reference: String,
    pub(crate) reference: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) status: String,
    pub(crate) created: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) settled: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failure: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) merchant_data: Option<String>,
}

/// The body of `POST /v1/refunds/{id}/return`, the sandbox's control of the cardholder's bank.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnRefund {
    pub(crate) merchant_account: String,
    pub(crate) reason: String,
}

/// The body of `POST /v1/disputes`, the sandbox's control of the cardholder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDispute {
    pub(crate) merchant_account: String,
    pub(crate) payment_reference: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) reason: String,
}

/// The body of `POST /v1/disputes/{id}/close`, the sandbox's control of the cardholder's bank.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseDispute {
    pub(crate) merchant_account: String,
    /// `won` by the merchant, or `lost`.
    pub(crate) outcome: String,
}

/// A dispute as it is answered, and as a webhook reports it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DisputeObject {
    pub(crate) id: String,
    pub(crate) merchant_account: String,
    pub(crate) payment: String,
    pub(crate) payment_reference: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) reason: String,
    pub(crate) status: String,
    pub(crate) fee: i64,
    pub(crate) evidence_due_by: i64,
    pub(crate) created: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) closed: Option<i64>,
}

/// The body of `POST /v1/cancellations`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCancellation {
    pub(crate) merchant_account: String,
    pub(crate) payment_reference: String,
}

/// What is given up of everything with that reference, over all cancellations.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CancellationObject {
    pub(crate) payment_reference: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payment: Option<String>,
    pub(crate) cancelled: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) currency: Option<String>,
}

/// The query of every look-up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByReference {
    pub(crate) merchant_account: String,
    pub(crate) reference: String,
}

/// What a look-up answers, oldest first.
#[derive(Debug, Serialize)]
pub(crate) struct Found<T> {
    pub(crate) data: Vec<T>,
}

/// The body of `POST /v1/settlements/run`, the sandbox's control of time.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunSettlements {
    /// Only the captures and refunds with this reference.
    #[serde(default)]
    pub(crate) reference: Option<String>,
}

/// How many documents and authorisations a run has moved.
#[derive(Debug, Default, Serialize)]
pub(crate) struct SettlementsRun {
    pub(crate) captures_settled: u64,
    pub(crate) refunds_settled: u64,
    pub(crate) refunds_failed: u64,
    pub(crate) authorisations_expired: u64,
}
