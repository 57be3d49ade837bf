//! Decides what goes back to the card, against everything else that went back of the order.

use crate::settlement::records;
use crate::settlement::state::Returning;
use crossdock_desk::RecordReader;
use crossdock_model::{Delivery, Fault, Money, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::Order;
use proc_return_contract::Return;

/// While somebody has yet to say what another refund was for, or a dispute is open, it waits: both are on the desk.
pub(crate) struct PlanRefund(RecordReader);

impl PlanRefund {
    pub(crate) fn new(records: &RecordReader) -> Self {
        Self(records.clone())
    }
}

impl Step<Returning> for PlanRefund {
    const NAME: &'static str = "plan-refund";
    const RETRY: Retry = Retry::PATIENT;
    type Out = Option<Money>;

    async fn run(&self, delivery: &Delivery, state: &Returning) -> Result<Option<Money>, Fault> {
        let record = records::order(state.returned.order_id);
        let order: Order = self.0.read(&delivery.context, &record).await?;
        match order.free_to_refund() {
            Ok(()) => Ok(None),
            Err(waits) => Err(Fault::Retry {
                after: None,
                why: waits.detail,
            }),
        }
    }

    fn reads(state: &Returning) -> Vec<RecordRef> {
        vec![
            records::order(state.returned.order_id),
            records::of_return(state.returned.id),
        ]
    }

    /// In the commit that writes the order: two returns at once never go above what was captured.
    fn choose(
        state: &Returning,
        _free: Option<Money>,
        loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Option<Money>, Refusal> {
        let (_, order) = loaded.need::<Order>(&records::order(state.returned.order_id))?;
        order
            .plan_refund(state.returned.id, &state.units())
            .map(Some)
    }

    fn record(state: &mut Returning, planned: Option<Money>) {
        state.returned.refund_due = planned;
    }

    fn changes(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let Some(amount) = state.returned.refund_due else {
            let detail = "say how much goes back to the card";
            return Err(Refusal::new("validation_failed", detail));
        };
        let record = records::order(state.returned.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.decide_refund(state.returned.id, amount);
        let of_return = records::of_return(state.returned.id);
        let (seen, mut returned) = loaded.need::<Return>(&of_return)?;
        returned.refund_due = Some(amount);
        Ok(Changes {
            records: vec![
                moment.update(&record, version, &order)?,
                moment.update(&of_return, seen, &returned)?,
            ],
            ..Changes::none()
        })
    }

    fn next_action(code: &str) -> &'static str {
        match code {
            "refund_ceiling" => {
                "More would go back than was taken: see what went back at the payment provider; when that is put right, retry. What a person decides to pay is an amount, as `{\"amount\": \"0.00\", \"currency\": \"USD\"}`, to skip the node with."
            }
            _other => {
                "See the order's other exceptions: this one goes on when they are decided. Then retry."
            }
        }
    }
}
