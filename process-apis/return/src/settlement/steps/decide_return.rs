//! The pivot of a return: the units are taken back in the order as sold, whoever else returns meanwhile.

use crate::settlement::records;
use crate::settlement::state::{Decision, Returning};
use crossdock_desk::answer;
use crossdock_model::Refusal;
use crossdock_model::event::{EventData as _, ReturnDecided, ReturnReceived};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::Order;

pub(crate) struct DecideReturn;

impl Pivot<Returning> for DecideReturn {
    const NAME: &'static str = "decide-return";
    type Out = Decision;

    fn reads(state: &Returning) -> Vec<RecordRef> {
        vec![records::order(state.returned.order_id)]
    }

    fn choose(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Decision, Refusal> {
        let (_, order) = loaded.need::<Order>(&records::order(state.returned.order_id))?;
        Decision::of(state, &order, moment.now)
    }

    fn record(state: &mut Returning, decision: Decision) {
        state.decide(decision);
    }

    fn changes(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let order_record = records::order(state.returned.order_id);
        let (version, mut order) = loaded.need::<Order>(&order_record)?;
        let units = state.units();
        order.take_back(state.returned.id, &units)?;
        let record = records::of_return(state.returned.id);
        let received = ReturnReceived {
            return_id: state.returned.id,
            order_id: order.id,
            location: state.returned.location.clone(),
            units: units.clone(),
        };
        let decided = ReturnDecided {
            return_id: state.returned.id,
            order_id: order.id,
            accepted: units,
            rejected: Vec::new(),
            refund: state.returned.refund(),
            points_restored: state.points(state.returned.share.burn_points),
            points_reversed: state.points(state.returned.share.earn_points),
        };
        Ok(Changes {
            records: vec![
                moment.update(&order_record, version, &order)?,
                moment.create(&record, &state.returned, Vec::new())?,
            ],
            events: vec![
                moment.event(
                    records::FEED,
                    &record,
                    ReturnReceived::KIND.as_str(),
                    &received,
                )?,
                moment.event(
                    records::FEED,
                    &record,
                    ReturnDecided::KIND.as_str(),
                    &decided,
                )?,
            ],
            answer: Some(answer(201, &state.returned.view())?),
        })
    }
}
