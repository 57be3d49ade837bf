//! The pivot of a maturity: the money of the shipment has settled, which is a fact that nobody can refuse.

use crate::maturity::state::Maturing;
use crossdock_model::Refusal;
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Pivot};

pub(crate) struct RecordSettlement;

impl Pivot<Maturing> for RecordSettlement {
    const NAME: &'static str = "record-settlement";
    type Out = ();

    fn choose(_state: &Maturing, _loaded: &Loaded, _moment: &Moment) -> Result<(), Refusal> {
        Ok(())
    }

    fn record(_state: &mut Maturing, (): ()) {}

    fn changes(_state: &Maturing, _loaded: &Loaded, _moment: &Moment) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }
}
