//! What the workflow knows about a capture that nobody here asked for.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::{ConnectorName, ExternalRef, Money, OrderId};
use crossdock_workflow::{AtRisk, State};
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `account-provider-capture` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CapturedAtProvider {
    /// The order whose authorisation it was taken from.
    pub(crate) order_id: OrderId,
    /// The ERP that keeps the order's books.
    pub(crate) erp: ConnectorName,
    /// The provider's reference of the capture.
    pub(crate) reference: ExternalRef,
    /// The amount that was taken.
    pub(crate) amount: Money,
    /// What a person says that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) explanation: Option<Explanation>,
}

/// What a capture that nobody here asked for is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Explanation {
    /// The shipment that it paid for, by its reference here; none where it was given back at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) shipment: Option<String>,
}

impl CapturedAtProvider {
    pub(crate) fn is_of_a_shipment(&self) -> bool {
        let explanation = self.explanation.as_ref();
        explanation.is_some_and(|explanation| explanation.shipment.is_some())
    }
}

impl State for CapturedAtProvider {
    fn at_risk(&self) -> AtRisk {
        AtRisk {
            money: Some(self.amount),
            points: None,
        }
    }
}

impl HasCase for CapturedAtProvider {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order_id)
    }
}
