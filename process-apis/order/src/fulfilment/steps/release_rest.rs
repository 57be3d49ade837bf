//! Releases what is reserved for units that were given up, where this shipment is the last to be packed.

use crate::fulfilment::state::Fulfilling;
use crate::reserved_money;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Money, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use sys_payment_contract::PaymentClient;

/// The last capture ends a reservation by itself; where two parcels were packed at once, neither capture is the last.
pub(crate) struct ReleaseRest(PaymentClient);

impl ReleaseRest {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.payment.clone())
    }
}

impl Step<Fulfilling> for ReleaseRest {
    const NAME: &'static str = "release-rest";
    const RETRY: Retry = Retry::PATIENT;
    /// What was given up over all voids of the order.
    type Out = Option<Money>;

    async fn run(&self, delivery: &Delivery, state: &Fulfilling) -> Result<Option<Money>, Fault> {
        let captures = Money::new(state.packed.all_shipments, state.currency);
        let payment = self.0.pinned_to(&state.pins.payment);
        reserved_money::release(&payment, delivery, state.order_id, Some(captures)).await
    }

    fn record(state: &mut Fulfilling, voided: Option<Money>) {
        state.voided = voided;
    }

    fn changes(state: &Fulfilling, _loaded: &Loaded, moment: &Moment) -> Result<Changes, Refusal> {
        reserved_money::released(moment, state.order_id, state.voided)
    }

    fn next_action(_code: &str) -> &'static str {
        reserved_money::NEXT_ACTION
    }
}
