//! Bills the shipment and books its sale.

use crate::fulfilment::state::Fulfilling;
use crate::ledger::sale_journal;
use crate::records;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Money, Quantity, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::Share;
use sys_erp_contract::{ErpClient, Invoice, InvoiceLine};

pub(crate) struct PostInvoice(ErpClient);

impl PostInvoice {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Fulfilling> for PostInvoice {
    const NAME: &'static str = "post-invoice";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Fulfilling) -> Result<ExternalRef, Fault> {
        let order = &state.order;
        let redemption = order.redemption.as_ref();
        let liability = order.earned_liability(&state.units)?;
        let invoice = Invoice {
            reference: state.reference(),
            order: order.id.to_string(),
            currency: order.currency,
            lines: billed(state),
            journal: sale_journal(state.share, order.currency, redemption, liability),
            posting_date: None,
            origin_date: None,
        };
        let erp = self.0.pinned_to(&order.pins.erp_finance);
        erp.post_invoice(delivery, &invoice)
            .await
            .map(|posted| posted.reference)
    }

    fn record(state: &mut Fulfilling, posted: ExternalRef) {
        state.invoice = Some(posted);
    }

    fn changes(state: &Fulfilling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        records::posted(moment, &state.order, "invoice", state.invoice.as_ref())
    }

    fn next_action(code: &str) -> &'static str {
        match code {
            "period_closed" => {
                "Open the period at the ERP, or post the entry into the next one by hand and skip the node."
            }
            _other => "Correct what the ERP names (account, template, master data), then retry.",
        }
    }
}

fn billed(state: &Fulfilling) -> Vec<InvoiceLine> {
    let order = &state.order;
    let rows = order.rows(&state.units);
    let billed = order.lines.iter().filter_map(|line| {
        let of_line: Vec<_> = rows
            .iter()
            .copied()
            .filter(|unit| unit.id.line == line.id)
            .collect();
        let quantity = Quantity::new(u32::try_from(of_line.len()).ok()?)?;
        let share = Share::of(of_line);
        Some(InvoiceLine {
            line: line.id.clone(),
            sku: line.sku.clone(),
            quantity,
            net: Money::new(share.gross - share.promotions, order.currency),
            tax: Money::new(share.tax, order.currency),
        })
    });
    billed.collect()
}
