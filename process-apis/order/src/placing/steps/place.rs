//! The pivot of an order: from here it is promised, and only goes forward.

use crate::personal_data::{self, PersonalData};
use crate::placing::{events, state::Placing};
use crate::{records, search};
use crossdock_desk::answer;
use crossdock_model::{Money, Refusal, Timestamp};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::{Lifecycle, Order, OrderView};

pub(crate) struct Place;

impl Pivot<Placing> for Place {
    const NAME: &'static str = "place";
    /// The time at which it was promised.
    type Out = Timestamp;

    fn reads(state: &Placing) -> Vec<RecordRef> {
        let id = state.order.id;
        vec![records::order(id), PersonalData::record(id)]
    }

    fn choose(state: &Placing, loaded: &Loaded, moment: &Moment) -> Result<Timestamp, Refusal> {
        let (_, order) = loaded.need::<Order>(&records::order(state.order.id))?;
        check_tenders(&order)?;
        state.are_held(moment.now)?;
        Ok(moment.now)
    }

    fn record(state: &mut Placing, placed_at: Timestamp) {
        state.order.lifecycle = Lifecycle::Placed;
        state.order.placed_at = Some(placed_at);
    }

    fn changes(state: &Placing, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order.id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        order.lifecycle = Lifecycle::Placed;
        order.placed_at = state.order.placed_at;
        let payment = state.payment.as_ref();
        order.capture_before = payment.map(|held| held.until);
        let placed = moment.update(&record, version, &order)?;
        let found_by = payment.map(|held| search::payment(&held.reference));
        let mut records = vec![placed.found_by(found_by)];
        // The money is authorised: nobody needs the token any more.
        records.extend(personal_data::without_token(order.id, loaded, moment)?);
        Ok(Changes {
            records,
            events: events::placed(moment, &record, state)?,
            answer: Some(answer(201, &OrderView::from(&order))?),
        })
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
