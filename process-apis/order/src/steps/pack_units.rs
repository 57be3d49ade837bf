//! The pivot of a shipment: which units leave is decided once, whoever else ships at the same time.

use crate::workflows::fulfil_shipment::Fulfilling;
use crossdock_model::Refusal;
use crossdock_store::{Changes, RecordRef};
use crossdock_workflow::{Loaded, Moment, Pivot};
use proc_order_contract::Order;

pub(crate) struct PackUnits;

impl Pivot<Fulfilling> for PackUnits {
    const NAME: &'static str = "pack-units";

    fn reads(state: &Fulfilling) -> Vec<RecordRef> {
        vec![crate::records::order(state.order_id())]
    }

    fn commit(state: &Fulfilling, loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        let record = crate::records::order(state.order_id());
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
}
