//! What the workflow knows about a cancellation.

use crate::records::FEED;
use crossdock_desk::{Case, HasCase};
use crossdock_model::Points;
use crossdock_workflow::{AtRisk, State};
use proc_order_contract::{Mode, Order};
use serde::{Deserialize, Serialize};

/// What an instance of the workflow `cancel-order` remembers between its steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cancelling {
    /// The order as it stood when the request came.
    pub(crate) order: Order,
    /// The customer's or agent's reason, for the event and for the ERP.
    pub(crate) reason: String,
}

impl Cancelling {
    pub(crate) fn owed(&self) -> bool {
        self.order.mode == Mode::Checkout && !self.order.totals.card.is_zero()
    }

    pub(crate) fn redeemed(&self) -> bool {
        self.order.redemption.is_some()
    }

    pub(crate) fn earned(&self) -> bool {
        self.order.member.is_some() && self.order.earn.as_ref().is_some_and(|earn| earn.points > 0)
    }
}

impl State for Cancelling {
    fn at_risk(&self) -> AtRisk {
        let burnt = self.order.redemption.as_ref();
        AtRisk {
            money: Some(self.order.totals.card),
            points: burnt.map(|burnt| Points::new(burnt.points, &burnt.program)),
        }
    }
}

impl HasCase for Cancelling {
    fn case(&self) -> Case {
        Case::of_order(FEED, self.order.id)
    }
}
