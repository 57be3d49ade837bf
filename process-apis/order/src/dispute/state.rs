//! What the workflow knows about a dispute.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::event::DisputeOutcome;
use crossdock_model::{ExternalRef, Money, OrderId, Timestamp};
use crossdock_workflow::{AtRisk, State};
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `handle-dispute` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Disputed {
    /// The order whose money is claimed.
    pub(crate) order_id: OrderId,
    /// The provider's reference of the dispute.
    pub(crate) reference: ExternalRef,
    /// The amount that is claimed.
    pub(crate) amount: Money,
    /// The reason, as the provider gives it.
    pub(crate) reason: String,
    /// Until when evidence can be sent; after that it is lost.
    pub(crate) evidence_due_by: Timestamp,
    /// How the bank decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outcome: Option<DisputeOutcome>,
}

impl State for Disputed {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: Some(self.amount),
            points: None,
        }
    }
}

impl HasCase for Disputed {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order_id)
    }
}
