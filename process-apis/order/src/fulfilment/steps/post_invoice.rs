//! Bills the shipment and books its sale.

use crate::fulfilment::state::Fulfilling;
use crate::ledger::sale_journal;
use crate::records;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Money, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
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
        let (share, liability) = (state.packed.share(), state.packed.liability);
        let redemption = state.redemption.as_ref();
        let invoice = Invoice {
            reference: state.reference(),
            order: state.order_id.to_string(),
            currency: state.currency,
            lines: billed(state),
            journal: sale_journal(share, state.currency, redemption, liability),
            posting_date: None,
            origin_date: None,
        };
        let erp = self.0.pinned_to(&state.pins.erp_finance);
        erp.post_invoice(delivery, &invoice)
            .await
            .map(|posted| posted.reference)
    }

    fn record(state: &mut Fulfilling, posted: ExternalRef) {
        state.invoice = Some(posted);
    }

    fn changes(state: &Fulfilling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        records::posted(moment, state.order_id, "invoice", state.invoice.as_ref())
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
    let lines = state.packed.by_line().into_iter();
    let billed = lines.filter_map(|packed| {
        let share = packed.share();
        Some(InvoiceLine {
            line: packed.line.clone(),
            sku: packed.sku.clone(),
            quantity: packed.quantity()?,
            net: Money::new(share.gross - share.promotions, state.currency),
            tax: Money::new(share.tax, state.currency),
        })
    });
    billed.collect()
}
