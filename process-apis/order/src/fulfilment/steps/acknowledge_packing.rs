//! The pivot of a shipment: the OMS has packed it, which is a fact that nobody can refuse.

use crate::fulfilment::state::Fulfilling;
use crossdock_model::Refusal;
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Pivot};

pub(crate) struct AcknowledgePacking;

impl Pivot<Fulfilling> for AcknowledgePacking {
    const NAME: &'static str = "acknowledge-packing";
    type Out = ();

    fn choose(_state: &Fulfilling, _loaded: &Loaded, _moment: &Moment) -> Result<(), Refusal> {
        Ok(())
    }

    fn record(_state: &mut Fulfilling, (): ()) {}

    fn changes(
        _state: &Fulfilling,
        _loaded: &Loaded,
        _moment: &Moment,
    ) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }
}
