//! Chooses the units that leave with a shipment, whoever else ships or cancels at the same time.

use crate::fulfilment::state::{Fulfilling, Packed};
use crate::records;
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::Order;

/// Lowest free numbers first, in the commit that takes them; what the order no longer has to ship is for a person.
pub(crate) struct PackUnits;

impl Step<Fulfilling> for PackUnits {
    const NAME: &'static str = "pack-units";
    const RETRY: Retry = Retry::PROMPT;
    type Out = Packed;

    async fn run(&self, _delivery: &Delivery, _state: &Fulfilling) -> Result<Packed, Fault> {
        Ok(Packed::default())
    }

    fn reads(state: &Fulfilling) -> Vec<RecordRef> {
        vec![records::order(state.order_id)]
    }

    fn choose(
        state: &Fulfilling,
        _nothing_yet: Packed,
        loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Packed, Refusal> {
        let (_, mut order) = loaded.need::<Order>(&records::order(state.order_id))?;
        let shipment = &state.fulfilment_order;
        let units = order.packable(shipment, &state.lines)?;
        order.pack(shipment, state.location.clone(), &units)?;
        Packed::of(&order, shipment, &units)
    }

    fn record(state: &mut Fulfilling, packed: Packed) {
        state.packed = packed;
    }

    fn changes(state: &Fulfilling, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id);
        let (version, mut order) = loaded.need::<Order>(&record)?;
        let units = state.packed.ids();
        order.pack(&state.fulfilment_order, state.location.clone(), &units)?;
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            ..Changes::none()
        })
    }

    fn next_action(_code: &str) -> &'static str {
        "The OMS packed units that the order no longer has to ship: stop the parcel at the store or warehouse, then cancel it there."
    }
}
