//! The pivot: the cardholder does not have the money, which is a fact.

use crate::provider_refund_reversal::state::CameBack;
use crate::records::{self, FEED};
use crossdock_desk::fact;
use crossdock_model::Refusal;
use crossdock_model::event::RefundReversed;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::Order;

/// What nobody had attributed counts no more. What was attributed stays so: it is owed, and paid by hand in its place.
pub(crate) struct RecordCameBack;

impl Pivot<CameBack> for RecordCameBack {
    const NAME: &'static str = "record-came-back";
    /// Whether it is owed.
    type Out = bool;

    fn reads(state: &CameBack) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn choose(state: &CameBack, loaded: &Loaded, _moment: &Moment) -> Result<bool, Refusal> {
        let (_, order) = loaded.need::<Order>(&records::order(state.order_id))?;
        let mut refunds = order.provider.refunds.iter();
        let refund = refunds.find(|refund| refund.reference == state.reference);
        Ok(refund.is_some_and(|refund| refund.attribution.is_some()))
    }

    fn record(state: &mut CameBack, owed: bool) {
        state.owed = owed;
    }

    fn changes(state: &CameBack, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        let reversed = RefundReversed {
            order_id: order.id,
            return_id: None,
            amount: state.amount,
            reference: Some(state.reference.clone()),
            reason: state.reason.clone(),
        };
        let mut changes = fact(moment, FEED, &reversed, Vec::new())?;
        if !state.owed {
            let refunds = &mut order.provider.refunds;
            refunds.retain(|refund| refund.reference != state.reference);
            changes
                .records
                .push(moment.update(&record, version, &order)?);
        }
        Ok(changes)
    }
}
