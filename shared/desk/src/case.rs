//! A case on the exception desk: what is stuck, of which order, with what at risk.

use crate::fact;
use crossdock_model::event::{ExceptionOpened, ExceptionResolved};
use crossdock_model::{OrderId, Refusal, ReturnId};
use crossdock_store::Changes;
use crossdock_workflow::{AtRisk, Moment, Parked, Resumed};

/// The business object that is stuck.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// The process API that reports it.
    pub feed: &'static str,
    /// The order.
    pub order: OrderId,
    /// The return, where it is one.
    pub return_id: Option<ReturnId>,
}

impl Case {
    /// `ExceptionOpened`, when a node parks.
    pub fn opened(
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
    pub fn resolved(self, moment: &Moment, resumed: &Resumed) -> Result<Changes, Refusal> {
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
