//! What the workflow knows about a refund that came back.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{ConnectorName, ExternalRef, Money, OrderId};
use crossdock_workflow::{AtRisk, State};
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `reverse-provider-refund` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CameBack {
    /// The order whose payment it was taken from.
    pub(crate) order_id: OrderId,
    /// The ERP that keeps the order's books.
    pub(crate) erp: ConnectorName,
    /// The provider's reference of the refund.
    pub(crate) reference: ExternalRef,
    /// The amount that came back, in the currency of the order.
    pub(crate) amount: Money,
    /// The reason, as the provider gives it.
    pub(crate) reason: String,
    /// Whether somebody had said what it was for, so that the customer was to have it.
    #[serde(default)]
    pub(crate) owed: bool,
}

impl CameBack {
    pub(crate) fn is_owed(&self) -> bool {
        self.owed
    }
}

impl State for CameBack {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: Some(self.amount),
            points: None,
        }
    }
}

impl HasCase for CameBack {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order_id)
    }
}
