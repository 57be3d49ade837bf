//! What the workflow knows about a refund that nobody here asked for.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{ConnectorName, ExternalRef, Money, OrderId, Timestamp, UnitRange};
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::Purpose;
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `account-provider-refund` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundedAtProvider {
    /// The order whose payment it was taken from.
    pub(crate) order_id: OrderId,
    /// The ERP that keeps the order's books.
    pub(crate) erp: ConnectorName,
    /// The provider's reference of the refund, or of the dispute that was lost.
    pub(crate) reference: ExternalRef,
    /// The amount that went back to the card.
    pub(crate) amount: Money,
    /// When it reached the cardholder.
    pub(crate) at: Timestamp,
    /// What the provider charges for it, where it was a dispute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fee: Option<Money>,
    /// What a person says that it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) purpose: Option<Purpose>,
}

/// The end of the question what a refund was for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Attributed {
    /// A person names units; what they do not account for was goodwill.
    Units(Vec<UnitRange>),
    /// A person names a capture at the provider that it gave back.
    Capture(String),
    /// Nobody has to: the money came back.
    CameBack,
}

impl From<Attributed> for Option<Purpose> {
    fn from(attributed: Attributed) -> Self {
        match attributed {
            Attributed::Units(units) => Some(Purpose::Units(units)),
            Attributed::Capture(number) => Some(Purpose::Capture(number)),
            Attributed::CameBack => None,
        }
    }
}

impl RefundedAtProvider {
    /// The reference of its entry in the books, unique by the provider's.
    pub(crate) fn entry(&self) -> String {
        format!("provider-{}-{}", self.reference.kind, self.reference.value)
    }
}

impl State for RefundedAtProvider {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: Some(self.amount),
            points: None,
        }
    }
}

impl HasCase for RefundedAtProvider {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order_id)
    }
}
