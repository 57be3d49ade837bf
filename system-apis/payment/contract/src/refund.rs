//! Card money given back.

use crossdock_model::{ExternalRef, Money, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to give captured money back for a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Refund {
    /// Our id of the order that it belongs to.
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
    /// Our reference of the return: one refund each.
    #[schema(
        example = "0192f3c1-7c00-7000-8000-000000000002",
        min_length = 1,
        max_length = 128
    )]
    pub reference: String,
    /// How much to give back.
    pub amount: Money,
}

impl Refund {
    /// The first refund of the golden scenario.
    pub fn sample() -> Self {
        Self {
            order: crate::Authorise::sample().reference,
            reference: "0192f3c1-7c00-7000-8000-000000000002".into(),
            amount: Money::new(3485, crossdock_model::Currency::USD),
        }
    }
}

/// How far a refund has come. An accepted one may still fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The provider has it; the money is on its way.
    Accepted,
    /// The customer's bank has it.
    Settled,
    /// It came back: another tender is needed.
    Failed,
}

/// Money given back, or on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refunded {
    /// The provider's number of it, kind `refund`.
    pub reference: ExternalRef,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// Our reference of the return.
    pub return_reference: String,
    /// How much is given back.
    pub amount: Money,
    /// How far it has come.
    pub state: RefundState,
    /// When the provider accepted it.
    pub accepted_at: Timestamp,
    /// Why it failed, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}
