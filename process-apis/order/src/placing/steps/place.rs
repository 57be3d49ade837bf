//! The pivot of an order: from here it is promised, and only goes forward.

use crate::placing::{events, state::Placing};
use crate::records;
use crossdock_desk::answer;
use crossdock_model::{Money, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Lifecycle, Order, OrderView};

pub(crate) struct Place;

impl Pivot<Placing> for Place {
    const NAME: &'static str = "place";

    fn reads(state: &Placing) -> Vec<RecordRef> {
        vec![records::order(state.order.id)]
    }

    fn commit(state: &Placing, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order.id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        check_tenders(&order)?;
        order.lifecycle = Lifecycle::Placed;
        order.placed_at = Some(moment.now);
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            events: events::placed(moment, &record, state)?,
            answer: Some(answer(201, &OrderView::from(&order))?),
        })
    }

    fn record(state: &mut Placing, moment: &Moment) {
        state.order.lifecycle = Lifecycle::Placed;
        state.order.placed_at = Some(moment.now);
    }
}

/// The order's card total equals the sum of its frozen rows, to the minor unit.
fn check_tenders(order: &Order) -> Result<(), Refusal> {
    let rows: Money = order.whole_share().paid(order.currency);
    if rows == order.totals.card {
        return Ok(());
    }
    let detail = format!(
        "the rows of order {} come to {rows}, its total is {}",
        order.id, order.totals.card
    );
    Err(Refusal::new("amount_mismatch", detail))
}
