//! The pivot: the message came, and is kept by the payment system API.

use crate::set_aside::state::SetAside;
use crossdock_model::Refusal;
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Pivot};

pub(crate) struct RecordWebhook;

impl Pivot<SetAside> for RecordWebhook {
    const NAME: &'static str = "record-webhook";
    type Out = ();

    fn choose(_state: &SetAside, _loaded: &Loaded, _moment: &Moment) -> Result<(), Refusal> {
        Ok(())
    }

    fn record(_state: &mut SetAside, (): ()) {}

    fn changes(_state: &SetAside, _loaded: &Loaded, _moment: &Moment) -> Result<Changes, Refusal> {
        Ok(Changes::none())
    }
}
