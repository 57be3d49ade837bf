//! Holds the points that the order burns; undone by a release, which also refuses a late hold.

use crate::placing::state::{Held, Placing};
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault, Refusal};
use crossdock_workflow::{Loaded, Moment, Retry, Reversible, Step};
use sys_loyalty_contract::{Hold, LoyaltyClient, Release};

pub(crate) struct HoldPoints {
    loyalty: LoyaltyClient,
}

impl HoldPoints {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self {
            loyalty: systems.loyalty.clone(),
        }
    }
}

impl Step<Placing> for HoldPoints {
    const NAME: &'static str = "hold-points";
    const RETRY: Retry = Retry::HELD;
    type Out = Held;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<Held, Fault> {
        let (Some(member), Some(burnt)) = (&state.order.member, &state.order.redemption) else {
            return Err(Fault::refused(
                "points_insufficient",
                "a guest has no points to burn",
            ));
        };
        let hold = Hold {
            reference: state.order.id.to_string(),
            member: member.clone(),
            points: burnt.points,
            expires_in_seconds: state.hold_seconds,
        };
        let loyalty = self.loyalty.pinned_to(&state.order.pins.loyalty);
        loyalty.hold(delivery, &hold).await.map(|held| Held {
            reference: held.reference,
            until: held.expires_at,
            taken: delivery.first_sent,
        })
    }

    fn choose(
        _state: &Placing,
        held: Held,
        _loaded: &Loaded,
        moment: &Moment,
    ) -> Result<Held, Refusal> {
        Ok(held.taken_at(moment.now))
    }

    fn record(state: &mut Placing, hold: Held) {
        state.hold = Some(hold);
    }
}

impl Reversible<Placing> for HoldPoints {
    async fn undo(&self, delivery: &Delivery, state: &Placing) -> Result<(), Fault> {
        let release = Release {
            reference: state.order.id.to_string(),
        };
        self.loyalty
            .pinned_to(&state.order.pins.loyalty)
            .release(delivery, &release)
            .await
            .map(drop)
    }
}
