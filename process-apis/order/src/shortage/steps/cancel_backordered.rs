//! Cancels what still nobody has when the wait is over: its money is not captured, its points go back.

use crate::shortage::state::Short;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Quantity, UnitRange};
use crossdock_workflow::{Retry, Step};
use proc_order_contract::{CancelLine, CancelOrder, OrderClient};
use sys_oms_contract::OmsClient;

pub(crate) struct CancelBackordered {
    oms: OmsClient,
    orders: OrderClient,
}

impl CancelBackordered {
    pub(crate) fn new(systems: &Systems, orders: &OrderClient) -> Self {
        Self {
            oms: systems.oms.clone(),
            orders: orders.clone(),
        }
    }

    /// What the OMS still has nobody for, at most as much as this shortage is about.
    async fn left(&self, delivery: &Delivery, state: &Short) -> Result<Vec<CancelLine>, Fault> {
        let oms = self.oms.pinned_to(&state.oms);
        let order = state.order_id.to_string();
        let order = oms.order(&delivery.context, &order).await?;
        let left = state.waiting().into_iter().filter_map(|(line_id, units)| {
            let of_line = order.lines.iter().find(|line| line.line == line_id)?;
            let quantity = Quantity::new(units.min(of_line.backordered))?;
            Some(CancelLine {
                line_id,
                quantity: Some(quantity),
            })
        });
        Ok(left.collect())
    }
}

impl Step<Short> for CancelBackordered {
    const NAME: &'static str = "cancel-backordered";
    const RETRY: Retry = Retry::PATIENT;
    /// How many units were given up.
    type Out = u32;

    async fn run(&self, delivery: &Delivery, state: &Short) -> Result<u32, Fault> {
        let lines = self.left(delivery, state).await?;
        if lines.is_empty() {
            // Stock has come, or somebody has given them up meanwhile.
            return Ok(0);
        }
        let counted = lines.iter().filter_map(|line| line.quantity);
        let counted: Vec<String> = counted.map(|units| units.get().to_string()).collect();
        // What is left may be less at the next attempt, and that is another request.
        let key = format!("{}-{}", delivery.key, counted.join("-"));
        let cancel = CancelOrder {
            reason: "no location has the goods".to_owned(),
            customer: None,
            lines,
        };
        let context = &delivery.context;
        match self
            .orders
            .cancel(context, &key, state.order_id, &cancel)
            .await
        {
            Ok(cancelled) => Ok(cancelled.units.iter().map(UnitRange::count).sum()),
            // Stock came in the same moment: what is left now is looked at again.
            Err(Fault::Refused(refusal)) if refusal.code == "cancellation_refused" => {
                Err(Fault::Retry {
                    after: None,
                    why: refusal.detail,
                })
            }
            Err(fault) => Err(fault),
        }
    }

    fn record(state: &mut Short, cancelled: u32) {
        state.cancelled = cancelled;
    }

    fn next_action(_code: &str) -> &'static str {
        "Nobody has the goods and the units could not be cancelled: find stock at the OMS or cancel the units there, then retry."
    }
}
