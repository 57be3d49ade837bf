//! Takes the units off the sales order at the ERP; the rest of it stands.

use crate::cancellation::state::Cancelling;
use crate::records;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Quantity, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::{Share, UnitRun};
use sys_erp_contract::{
    AmendSalesOrder as Amend, DocumentKind, DocumentStatus, ErpClient, GoodsLine,
};

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
        match erp.amend_sales_order(delivery, &amend).await {
            Ok(posted) => Ok(posted.reference),
            Err(Fault::Refused(refusal)) => {
                // The rest was given up meanwhile, and the whole sales order ended before this came through.
                let kind = DocumentKind::SalesOrder;
                let order = erp.document(&delivery.context, kind, &amend.order).await?;
                let ended = order.filter(|order| order.status == DocumentStatus::Cancelled);
                ended
                    .map(|order| order.posted.reference)
                    .ok_or(Fault::Refused(refusal))
            }
            Err(fault) => Err(fault),
        }
    }

    fn record(state: &mut Cancelling, posted: ExternalRef) {
        state.amendment = Some(posted);
    }

    fn changes(state: &Cancelling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let posting = DocumentKind::SalesOrderAmendment.as_str();
        let amended = state.amendment.as_ref();
        let amended = amended.filter(|document| document.kind == posting);
        records::posted(moment, state.order.id, posting, amended)
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
