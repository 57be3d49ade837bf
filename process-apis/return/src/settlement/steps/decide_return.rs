//! The pivot of a return: the units are taken back in the order as sold, whoever else returns meanwhile.

use crate::evaluate::counted;
use crate::settlement::records;
use crate::settlement::state::Returning;
use crossdock_desk::answer;
use crossdock_model::event::{EventData as _, ReturnDecided, ReturnReceived};
use crossdock_model::{Refusal, UnitId};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::Order;

pub(crate) struct DecideReturn;

impl Pivot<Returning> for DecideReturn {
    const NAME: &'static str = "decide-return";

    fn reads(state: &Returning) -> Vec<RecordRef> {
        vec![records::order(state.returned.order_id)]
    }

    fn commit(state: &Returning, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let order_record = records::order(state.returned.order_id);
        let (version, mut order) = loaded.need::<Order>(&order_record)?;
        let units: Vec<UnitId> = state
            .returned
            .units
            .iter()
            .map(|unit| unit.unit.clone())
            .collect();
        if order.take_back(state.returned.id, &counted(&state.lines))? != units {
            let detail = "the units were returned by somebody else meanwhile: evaluate again";
            return Err(Refusal::new("already_returned", detail));
        }
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
