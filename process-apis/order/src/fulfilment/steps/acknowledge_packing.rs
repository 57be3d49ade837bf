//! The pivot of a shipment: the OMS has packed it, which is a fact that nobody can refuse.

use crate::fulfilment::state::Fulfilling;
use crossdock_model::Refusal;
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Pivot};

pub(crate) struct AcknowledgePacking;

impl Pivot<Fulfilling> for AcknowledgePacking {
    // The name is part of every stored definition, so it stays when the type is called better.
    const NAME: &'static str = "take-note";

    fn commit(_state: &Fulfilling, _loaded: &Loaded, _moment: &Moment) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }
}
