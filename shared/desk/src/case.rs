//! A case on the exception desk: what is stuck, of which order where it is one, with what at risk.

use crate::fact;
use crossdock_model::event::{ExceptionOpened, ExceptionResolved};
use crossdock_model::{OrderId, Refusal, ReturnId};
use crossdock_store::Changes;
use crossdock_workflow::{AtRisk, Moment, Parked, Resumed};

/// The order, return or message that is stuck, with the feed of the process API that reports it.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    feed: &'static str,
    order: Option<OrderId>,
    return_id: Option<ReturnId>,
}

impl Case {
    /// The case of an order that is stuck.
    pub fn of_order(feed: &'static str, order: OrderId) -> Self {
        Self {
            feed,
            order: Some(order),
            return_id: None,
        }
    }

    /// The case of something that no order is known of.
    pub fn without_order(feed: &'static str) -> Self {
        Self {
            feed,
            order: None,
            return_id: None,
        }
    }

    /// The case of a return that is stuck, of units of that order.
    pub fn of_return(feed: &'static str, order: OrderId, return_id: ReturnId) -> Self {
        Self {
            feed,
            order: Some(order),
            return_id: Some(return_id),
        }
    }

    /// `ExceptionOpened`, when a node parks.
    pub(crate) fn opened(
        self,
        moment: &Moment,
        at_risk: AtRisk,
        parked: &Parked,
    ) -> Result<Changes, Refusal> {
        let opened = ExceptionOpened {
            order_id: self.order,
            return_id: self.return_id,
            workflow: moment.workflow.to_string(),
            step: parked.node.clone(),
            code: parked.code.clone(),
            why: parked.why.clone(),
            next_action: parked.next_action.clone(),
            money_at_risk: at_risk.money,
            points_at_risk: at_risk.points,
        };
        fact(moment, self.feed, &opened, Vec::new())
    }

    /// `ExceptionResolved`, when a parked node goes on.
    pub(crate) fn resolved(self, moment: &Moment, resumed: &Resumed) -> Result<Changes, Refusal> {
        let resolved = ExceptionResolved {
            order_id: self.order,
            return_id: self.return_id,
            workflow: moment.workflow.to_string(),
            step: resumed.node.clone(),
            by: resumed.by.clone(),
            why: resumed.why.clone(),
        };
        fact(moment, self.feed, &resolved, Vec::new())
    }
}
