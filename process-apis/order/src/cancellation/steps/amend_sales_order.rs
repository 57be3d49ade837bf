//! Takes the units off the sales order at the ERP; the rest of it stands.

use crate::cancellation::state::Cancelling;
use crate::records;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Quantity, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::{Share, UnitRun};
use sys_erp_contract::{AmendSalesOrder as Amend, ErpClient, GoodsLine};

pub(crate) struct AmendSalesOrder(ErpClient);

impl AmendSalesOrder {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Cancelling> for AmendSalesOrder {
    const NAME: &'static str = "amend-sales-order";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Cancelling) -> Result<ExternalRef, Fault> {
        let currency = state.order.currency;
        let amend = Amend {
            reference: state.reference(),
            order: state.order.id.to_string(),
            reason: state.reason.clone(),
            currency,
            lines: lines(state.rows()),
            amount: Share::of(state.rows()).paid(currency),
        };
        let erp = self.0.pinned_to(&state.order.pins.erp_finance);
        let posted = erp.amend_sales_order(delivery, &amend).await?;
        Ok(posted.reference)
    }

    fn record(state: &mut Cancelling, posted: ExternalRef) {
        state.amendment = Some(posted);
    }

    fn changes(state: &Cancelling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let posting = "sales-order-amendment";
        records::posted(moment, state.order.id, posting, state.amendment.as_ref())
    }

    fn next_action(_code: &str) -> &'static str {
        "Take the units off the sales order at the ERP by hand, then skip the node with its reference; or correct what the ERP names and retry."
    }
}

/// The units by line, in the sequence of the rows.
fn lines(rows: &[UnitRun]) -> Vec<GoodsLine> {
    let mut lines: Vec<GoodsLine> = Vec::new();
    for run in rows {
        let line = run.units.line();
        let before = lines.iter().position(|of| of.line == *line);
        let counted = before
            .and_then(|at| lines.get(at))
            .map_or(0, |of| of.quantity.get());
        let Some(quantity) = Quantity::new(counted + run.units.count()) else {
            continue;
        };
        let counted = GoodsLine {
            line: line.clone(),
            sku: run.sku.clone(),
            quantity,
        };
        match before.and_then(|at| lines.get_mut(at)) {
            Some(of) => *of = counted,
            None => lines.push(counted),
        }
    }
    lines
}
