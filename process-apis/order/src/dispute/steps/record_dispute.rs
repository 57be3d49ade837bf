//! The pivot of a dispute: the bank claims the money, which nobody here can refuse.

use crate::dispute::state::Disputed;
use crate::records;
use crossdock_model::Refusal;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Dispute, Order};

pub(crate) struct RecordDispute;

impl Pivot<Disputed> for RecordDispute {
    const NAME: &'static str = "record-dispute";
    type Out = ();

    fn reads(state: &Disputed) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn choose(_state: &Disputed, _loaded: &Loaded, _moment: &Moment) -> Result<(), Refusal> {
        Ok(())
    }

    fn record(_state: &mut Disputed, (): ()) {}

    fn changes(state: &Disputed, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.provider.disputes.push(Dispute {
            reference: state.reference.clone(),
            amount: state.amount,
            evidence_due_by: state.evidence_due_by,
            outcome: None,
        });
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            ..Changes::none()
        })
    }
}
