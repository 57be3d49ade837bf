//! Ends the sales order at the ERP.

use crate::cancellation::state::Cancelling;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_erp_contract::{CancelSalesOrder as Cancel, ErpClient};

pub(crate) struct CancelSalesOrder(ErpClient);

impl CancelSalesOrder {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Cancelling> for CancelSalesOrder {
    const NAME: &'static str = "cancel-sales-order";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<(), Fault> {
        let cancel = Cancel {
            reference: state.order.id.to_string(),
            reason: state.reason.clone(),
        };
        let erp = self.0.pinned_to(&state.order.pins.erp_finance);
        erp.cancel_sales_order(delivery, &cancel).await.map(drop)
    }

    fn record(_state: &mut Cancelling, (): ()) {}
}
