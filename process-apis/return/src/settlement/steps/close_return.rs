//! Closes a return: every leg is read back from its own system by reference, and only then taken for settled.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crate::systems::Systems;
use crossdock_desk::RecordReader;
use crossdock_model::event::{EventData as _, ReturnClosed, ReturnLegSettled};
use crossdock_model::{Delivery, ExternalRef, Fault, Refusal};
use crossdock_store::{Changes, NewEvent, RecordRef};
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_return_contract::{Leg, Legs, Return};
use sys_erp_contract::DocumentKind;
use sys_payment_contract::RefundState;

pub(crate) struct CloseReturn {
    systems: Systems,
    records: RecordReader,
}

impl CloseReturn {
    pub(crate) fn new(systems: &Systems, records: &RecordReader) -> Self {
        Self {
            systems: systems.clone(),
            records: records.clone(),
        }
    }
}

impl Step<Returning> for CloseReturn {
    const NAME: &'static str = "close-return";
    const RETRY: Retry = Retry::PATIENT;
    type Out = Legs;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<Legs, Fault> {
        Ok(Legs {
            refund: self.refund(delivery, state).await?,
            stock: self.stock(delivery, state).await?,
            loyalty: self.loyalty(delivery, state).await?,
            books: self.books(delivery, state).await?,
        })
    }

    fn record(state: &mut Returning, legs: Legs) {
        state.legs = legs;
    }

    fn reads(state: &Returning) -> Vec<RecordRef> {
        vec![records::of_return(state.returned.id)]
    }

    fn changes(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::of_return(state.returned.id);
        let (version, mut returned) = loaded.need::<Return>(&record)?;
        // Where the refund came back meanwhile, its leg is the business of the workflow that was begun for that.
        let is_reopened = returned.refund_reversed.is_some();
        let refund = if is_reopened {
            returned.legs.refund.clone()
        } else {
            state.legs.refund.clone()
        };
        returned.legs = Legs {
            refund,
            ..state.legs.clone()
        };
        let closes = returned.close(moment.now);
        let mut events = Vec::with_capacity(5);
        let legs = &returned.legs;
        let named = [
            ("refund", &legs.refund),
            ("stock", &legs.stock),
            ("loyalty", &legs.loyalty),
            ("books", &legs.books),
        ];
        let named = named
            .into_iter()
            .filter(|(leg, _)| !(is_reopened && *leg == "refund"));
        for (leg, found) in named {
            events.push(leg_settled(&returned, leg, found, moment)?);
        }
        if closes {
            events.push(return_closed(&returned, moment)?);
        }
        Ok(Changes {
            records: vec![moment.update(&record, version, &returned)?],
            events,
            answer: None,
        })
    }
}

/// `ReturnLegSettled`, with what was read back first.
pub(crate) fn leg_settled(
    returned: &Return,
    leg: &str,
    found: &Leg,
    moment: &Moment,
) -> Result<NewEvent, Refusal> {
    let settled = ReturnLegSettled {
        return_id: returned.id,
        order_id: returned.order_id,
        leg: leg.to_owned(),
        reference: found.references.first().cloned(),
    };
    let record = records::of_return(returned.id);
    let kind = ReturnLegSettled::KIND.as_str();
    moment.event(records::FEED, &record, kind, &settled)
}

/// `ReturnClosed`: every leg is settled.
pub(crate) fn return_closed(returned: &Return, moment: &Moment) -> Result<NewEvent, Refusal> {
    let closed = ReturnClosed {
        return_id: returned.id,
        order_id: returned.order_id,
    };
    let record = records::of_return(returned.id);
    let kind = ReturnClosed::KIND.as_str();
    moment.event(records::FEED, &record, kind, &closed)
}

impl CloseReturn {
    async fn refund(&self, delivery: &Delivery, state: &Returning) -> Result<Leg, Fault> {
        if !state.refunds_money() {
            return Ok(not_needed());
        }
        if let Some(by_hand) = state.by_hand() {
            let entry = records::by_hand_entry(state.returned.id);
            return Ok(found([by_hand, self.entry(delivery, state, &entry).await?]));
        }
        let payment = self.systems.payment.pinned_to(&state.returned.pins.payment);
        let refund = payment
            .refund_by(&delivery.context, &state.reference())
            .await?;
        let refund = read_back(refund, "refund")?;
        if refund.state == RefundState::Failed && self.is_reopened(delivery, state).await? {
            return Ok(Leg::default());
        }
        if refund.state != RefundState::Settled || refund.amount != state.returned.refund() {
            let why = format!(
                "refund {} is {:?} with {}",
                refund.reference.value, refund.state, refund.amount
            );
            return Err(Fault::Retry { after: None, why });
        }
        let entry = records::refund_entry(state.returned.id);
        Ok(found([
            refund.reference,
            self.entry(delivery, state, &entry).await?,
        ]))
    }

    /// Whether another workflow has the refund, because it came back after it had settled. Until the provider has told us
    /// so, nobody has it: it is looked for again.
    async fn is_reopened(&self, delivery: &Delivery, state: &Returning) -> Result<bool, Fault> {
        let record = records::of_return(state.returned.id);
        let returned: Return = self.records.read(&delivery.context, &record).await?;
        Ok(returned.refund_reversed.is_some())
    }

    /// The journal entry of the refund.
    async fn entry(
        &self,
        delivery: &Delivery,
        state: &Returning,
        reference: &str,
    ) -> Result<ExternalRef, Fault> {
        let erp = self.systems.erp.pinned_to(&state.returned.pins.erp_finance);
        let kind = DocumentKind::JournalEntry;
        let entry = erp.document(&delivery.context, kind, reference).await?;
        Ok(read_back(entry, "entry of the refund")?.posted.reference)
    }

    async fn stock(&self, delivery: &Delivery, state: &Returning) -> Result<Leg, Fault> {
        let oms = self.systems.oms.pinned_to(&state.returned.pins.oms);
        let receipt = oms.receipt(&delivery.context, &state.reference()).await?;
        let erp = self.systems.erp.pinned_to(&state.returned.pins.erp_stock);
        let kind = DocumentKind::GoodsReceipt;
        let goods = erp
            .document(&delivery.context, kind, &state.reference())
            .await?;
        Ok(found([
            receipt.reference,
            read_back(goods, "goods receipt")?.posted.reference,
        ]))
    }

    async fn loyalty(&self, delivery: &Delivery, state: &Returning) -> Result<Leg, Fault> {
        let loyalty = self.systems.loyalty.pinned_to(&state.returned.pins.loyalty);
        let mut references = Vec::new();
        if state.restored.is_some() {
            let restored = loyalty
                .restore_by(&delivery.context, &state.order(), &state.reference())
                .await?;
            references.push(read_back(restored, "restored burn")?.reference);
        }
        if state.reversed.is_some() {
            let reversed = loyalty
                .reversal_by(&delivery.context, &state.order(), &state.reference())
                .await?;
            references.push(read_back(reversed, "reversed accrual")?.reference);
        }
        Ok(Leg {
            not_needed: references.is_empty(),
            references,
        })
    }

    async fn books(&self, delivery: &Delivery, state: &Returning) -> Result<Leg, Fault> {
        let erp = self.systems.erp.pinned_to(&state.returned.pins.erp_finance);
        let mut references = Vec::new();
        if state.credit_memo.is_some() {
            let kind = DocumentKind::CreditMemo;
            let memo = erp
                .document(&delivery.context, kind, &state.reference())
                .await?;
            references.push(read_back(memo, "credit memo")?.posted.reference);
        }
        let tax = self.systems.tax.pinned_to(&state.returned.pins.tax);
        for (document, _) in &state.tax {
            let reversal = tax
                .reversal(&delivery.context, document, &state.reference())
                .await?;
            references.push(read_back(reversal, "tax reversal")?.reference);
        }
        Ok(Leg {
            not_needed: false,
            references,
        })
    }
}

/// What must be there by now; if it is not yet, it is looked for again.
fn read_back<T>(found: Option<T>, what: &str) -> Result<T, Fault> {
    found.ok_or_else(|| Fault::Retry {
        after: None,
        why: format!("the {what} cannot be read back from its system yet"),
    })
}

fn not_needed() -> Leg {
    Leg {
        not_needed: true,
        references: Vec::new(),
    }
}

fn found<const N: usize>(references: [ExternalRef; N]) -> Leg {
    Leg {
        not_needed: false,
        references: references.into(),
    }
}
