//! Keeps what is held for an order from lapsing, directly before it is promised.
//!
//! Only where it took longer than a checkout does: the process was dead in between, or an operator let it go on. What
//! has lapsed is taken again by its backend, which alone knows that the old hold is gone, or refuses; an authorisation
//! cannot be extended. Whether everything still holds is a condition of the pivot itself.

use crate::placing::state::Placing;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Refusal, Timestamp};
use crossdock_workflow::{Loaded, Moment, Retry, Step};
use serde::{Deserialize, Serialize};
use sys_loyalty_contract::{Extend, LoyaltyClient};
use sys_oms_contract::{ExtendReservation, OmsClient};

pub(crate) struct ConfirmHolds {
    oms: OmsClient,
    loyalty: LoyaltyClient,
}

impl ConfirmHolds {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self {
            oms: systems.oms.clone(),
            loyalty: systems.loyalty.clone(),
        }
    }
}

/// Until when stock and points are held now.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Extended {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reservation: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    points: Option<Timestamp>,
    /// When it was recorded here.
    #[serde(default)]
    at: Timestamp,
}

impl Step<Placing> for ConfirmHolds {
    const NAME: &'static str = "confirm-holds";
    const RETRY: Retry = Retry::HELD;
    type Out = Extended;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<Extended, Fault> {
        let (reference, pins) = (state.order.id.to_string(), &state.order.pins);
        let mut extended = Extended {
            reservation: None,
            points: None,
            at: delivery.first_sent,
        };
        if state.reservation.is_some() {
            let extend = ExtendReservation {
                reference: reference.clone(),
                expires_in_seconds: state.hold_seconds,
            };
            let oms = self.oms.pinned_to(&pins.oms);
            let held = oms.extend_reservation(delivery, &extend).await?;
            extended.reservation = Some(held.expires_at);
        }
        if state.hold.is_some() {
            let extend = Extend {
                reference,
                expires_in_seconds: state.hold_seconds,
            };
            let loyalty = self.loyalty.pinned_to(&pins.loyalty);
            extended.points = Some(loyalty.extend(delivery, &extend).await?.expires_at);
        }
        Ok(extended)
    }

    fn choose(
        _state: &Placing,
        extended: Extended,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Extended, Refusal> {
        Ok(Extended {
            at: moment.now,
            ..extended
        })
    }

    fn record(state: &mut Placing, extended: Extended) {
        let renewed = [
            (&mut state.reservation, extended.reservation),
            (&mut state.hold, extended.points),
        ];
        for (held, until) in renewed {
            if let (Some(held), Some(until)) = (held, until) {
                held.until = until;
                held.taken = extended.at;
            }
        }
    }
}
