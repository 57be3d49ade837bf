//! Books what is owed to the customer for the return.

use crate::settlement::state::Returning;
use crate::settlement::{journals, records};
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::Shipment;
use sys_erp_contract::{CreditMemo, DocumentKind, ErpClient};

pub(crate) struct PostCreditMemo(ErpClient);

impl PostCreditMemo {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.erp.clone())
    }
}

impl Step<Returning> for PostCreditMemo {
    const NAME: &'static str = "post-credit-memo";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ExternalRef;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<ExternalRef, Fault> {
        let memo = CreditMemo {
            reference: state.reference(),
            order: state.order(),
            journal: journals::credit_journal(&state.returned, state.liability),
            posting_date: None,
            origin_date: None,
        };
        let erp = self.0.pinned_to(&state.returned.pins.erp_finance);
        for (shipment, _units) in &state.returned.shipments {
            let invoice = Shipment::reference(state.returned.order_id, shipment);
            let kind = DocumentKind::Invoice;
            let found = erp.document(&delivery.context, kind, &invoice).await?;
            if found.is_none() {
                // What is credited was billed before; the sale's own workflow bills it.
                let why = format!("invoice {invoice} is not posted yet");
                return Err(Fault::Retry { after: None, why });
            }
        }
        erp.post_credit_memo(delivery, &memo)
            .await
            .map(|posted| posted.reference)
    }

    fn record(state: &mut Returning, posted: ExternalRef) {
        state.credit_memo = Some(posted);
    }

    fn changes(state: &Returning, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        records::posted(
            moment,
            &state.returned,
            "credit-memo",
            state.credit_memo.as_ref(),
        )
    }

    fn next_action(code: &str) -> &'static str {
        match code {
            "period_closed" => {
                "Open the period at the ERP and retry, or post into the next one by hand and skip with the document."
            }
            _other => {
                "Correct what the ERP names (account, template), then retry; the customer's refund goes on meanwhile."
            }
        }
    }
}
