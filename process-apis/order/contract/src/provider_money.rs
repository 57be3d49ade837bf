//! Money of an order that moved at the payment provider without having been asked for here.

use crossdock_model::event::DisputeOutcome;
use crossdock_model::{ExternalRef, Money, ReturnId, Timestamp, UnitRange};
use serde::{Deserialize, Serialize};

/// What moved by itself, by its kind; each entry is there once, by the provider's reference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderMoney {
    /// Refunds made in the provider's own console, and disputes that were lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<ProviderRefund>,
    /// Captures made in the provider's own console.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<ProviderCapture>,
    /// Claims of the cardholder's bank.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<Dispute>,
}

/// Money that went back to the card; it counts against the order's ceiling from its first moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderRefund {
    /// The provider's reference of the refund, or of the dispute that was lost.
    pub reference: ExternalRef,
    /// The amount, in the currency of the order.
    pub amount: Money,
    /// When it reached the cardholder.
    pub at: Timestamp,
    /// What it was for; none until a person has said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<Attribution>,
}

/// What a refund that nobody here asked for was for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribution {
    /// The units whose money it gave back: their return pays nothing any more.
    pub units: Vec<UnitRange>,
    /// The capture at the provider that it gave back, by its number there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<String>,
    /// What is left of the amount: given to keep the customer.
    pub goodwill: Money,
}

/// What a person says that a refund was for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// Units, whose return pays nothing any more; what they do not account for was goodwill.
    Units(Vec<UnitRange>),
    /// A capture at the provider that no shipment had claimed, by its number there.
    Capture(String),
}

/// Money that was taken and that no shipment of the order has claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderCapture {
    /// The provider's reference of the capture.
    pub reference: ExternalRef,
    /// The amount, in the currency of the order.
    pub amount: Money,
}

/// Money that goes back to the card for a return, decided before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReturnRefund {
    /// The return whose units are refunded.
    pub return_id: ReturnId,
    /// The amount; nothing where the money went back at the provider.
    pub amount: Money,
}

/// A claim of the cardholder's bank on captured money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dispute {
    /// The provider's reference of the dispute.
    pub reference: ExternalRef,
    /// The amount that is claimed, in the currency of the order.
    pub amount: Money,
    /// Until when evidence can be sent.
    pub evidence_due_by: Timestamp,
    /// How it was decided; none while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<DisputeOutcome>,
}

impl ProviderMoney {
    /// Whether nothing ever moved by itself, as with nearly every order.
    pub fn is_empty(&self) -> bool {
        self.refunds.is_empty() && self.captures.is_empty() && self.disputes.is_empty()
    }
}
