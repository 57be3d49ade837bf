//! Authorisations, captures and voids of card money.

use crossdock_model::{Currency, ExternalRef, Money, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Reserve money on a card for an order; nothing is charged yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Authorise {
    /// Our order id: what every later capture, void and refund names.
    #[schema(
        example = "0192f3c1-7c00-7000-8000-000000000001",
        min_length = 1,
        max_length = 128
    )]
    pub reference: String,
    /// How much to reserve; more than nothing.
    pub amount: Money,
    /// The tender's token at the payment provider, never a card number.
    #[schema(example = "tok_visa", min_length = 1, max_length = 128)]
    pub token: String,
}

impl Authorise {
    /// The authorisation of the golden scenario.
    pub fn sample() -> Self {
        Self {
            reference: "0192f3c1-7c00-7000-8000-000000000001".into(),
            amount: Money::new(9647, Currency::USD),
            token: "tok_visa".into(),
        }
    }
}

/// How far a payment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// The money is reserved and nothing of it captured.
    Authorised,
    /// Some of it taken, the rest still reserved.
    PartiallyCaptured,
    /// Taken; nothing is reserved any more.
    Captured,
    /// Given up before anything was taken.
    Voided,
    /// The reservation ran out before anything was taken.
    Expired,
}

/// The card money of one order, as the payment provider has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// The provider's number of it, kind `payment`.
    pub reference: ExternalRef,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// The amount that was reserved.
    pub authorised: Money,
    /// How much of that was taken.
    pub captured: Money,
    /// How much of that was given up or ran out.
    pub voided: Money,
    /// How much was given back and settled.
    pub refunded: Money,
    /// How much is being given back: accepted, not settled.
    pub refund_pending: Money,
    /// Until when it can be captured.
    pub capture_before: Timestamp,
    /// How far it has come.
    pub state: PaymentState,
}

/// Take reserved money for one shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Capture {
    /// Our id of the order that it belongs to.
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
    /// Our reference of the shipment: one capture each.
    #[schema(example = "ship-1", min_length = 1, max_length = 128)]
    pub reference: String,
    /// The amount to capture, at most what is still reserved.
    pub amount: Money,
    /// Whether this is the last one: what is left of the reservation is given up.
    #[serde(default)]
    pub last: bool,
}

impl Capture {
    /// The capture of the golden scenario.
    pub fn sample() -> Self {
        Self {
            order: Authorise::sample().reference,
            reference: "ship-1".into(),
            amount: Money::new(9647, Currency::USD),
            last: true,
        }
    }
}

/// How far a capture has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaptureState {
    /// The provider has it; the money is on its way.
    Accepted,
    /// The provider has paid the money out.
    Settled,
}

/// A capture of reserved money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Captured {
    /// The provider's number of it, kind `capture`.
    pub reference: ExternalRef,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// Our reference of the shipment.
    pub shipment: String,
    /// The amount that was captured.
    pub amount: Money,
    /// How far it has come.
    pub state: CaptureState,
    /// When the provider took it.
    pub taken_at: Timestamp,
}

/// Give up whatever is still reserved for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Void {
    /// Our order id. An authorisation that arrives later with it is refused (`tombstoned`).
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
}

/// Nothing is reserved for the order any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Voided {
    /// The provider's number of the payment, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ExternalRef>,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// How much was given up over all voids of the order; absent when nothing ever was reserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}
