//! Assigns the units that leave with a shipment, whoever else ships or cancels at the same time.

use crate::fulfilment::state::Fulfilling;
use crate::records;
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use proc_order_contract::Order;

/// The order's record decides; what it no longer has to ship is for a person.
pub(crate) struct PackUnits;

impl Step<Fulfilling> for PackUnits {
    const NAME: &'static str = "pack-units";
    const RETRY: Retry = Retry::PROMPT;
    type Out = ();

    async fn run(&self, _delivery: &Delivery, _state: &Fulfilling) -> Result<(), Fault> {
        Ok(())
    }

    fn record(_state: &mut Fulfilling, (): ()) {}

    fn reads(state: &Fulfilling) -> Vec<RecordRef> {
        vec![records::order(state.order_id())]
    }

    fn changes(state: &Fulfilling, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = records::order(state.order_id());
        let (version, mut order) = loaded.need::<Order>(&record)?;
        let units = order.pack(
            &state.fulfilment_order,
            state.location.clone(),
            &state.lines,
        )?;
        if units != state.units {
            let detail = format!(
                "shipment {} was to take {:?}, which left otherwise meanwhile",
                state.fulfilment_order, state.units
            );
            return Err(Refusal::new("wrong_state", detail));
        }
        Ok(Changes {
            records: vec![moment.update(&record, version, &order)?],
            ..Changes::none()
        })
    }

    fn next_action(_code: &str) -> &'static str {
        "The OMS packed units that the order no longer has to ship: stop the parcel at the store or warehouse, then cancel it there."
    }
}
