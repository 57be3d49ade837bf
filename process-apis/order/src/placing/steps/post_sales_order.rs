//! Tells the ERP about the sale; it books nothing yet.

use crate::placing::state::Placing;
use crate::records;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Money, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::{Order, Share};
use sys_erp_contract::{ErpClient, SalesLine, SalesOrder};

pub(crate) struct PostSalesOrder(ErpClient);

impl PostSalesOrder {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Placing> for PostSalesOrder {
    const NAME: &'static str = "post-sales-order";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<ExternalRef, Fault> {
        let erp = self.0.pinned_to(&state.order.pins.erp_finance);
        let posted = erp
            .post_sales_order(delivery, &sales_order(&state.order))
            .await?;
        Ok(posted.reference)
    }

    fn record(state: &mut Placing, posted: ExternalRef) {
        state.sales_order = Some(posted);
    }

    fn changes(state: &Placing, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        records::posted(
            moment,
            state.order.id,
            "sales-order",
            state.sales_order.as_ref(),
        )
    }

    fn next_action(_code: &str) -> &'static str {
        "Correct the master data or template that the ERP names, then retry; the customer is served meanwhile."
    }
}

fn sales_order(order: &Order) -> SalesOrder {
    let lines = order.lines.iter().map(|line| {
        let share = Share::of(
            order
                .units
                .iter()
                .filter(|unit| *unit.units.line() == line.id),
        );
        SalesLine {
            line: line.id.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity,
            unit_price: line.unit_price,
            net: Money::new(share.gross - share.promotions, order.currency),
        }
    });
    SalesOrder {
        reference: order.id.to_string(),
        customer: order.customer.clone(),
        currency: order.currency,
        lines: lines.collect(),
        total: order.totals.card,
    }
}
