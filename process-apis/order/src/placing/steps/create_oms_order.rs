//! Hands the placed order to fulfilment; what nobody has any more is backordered, never refused.

use crate::personal_data::PersonalDataReader;
use crate::placing::state::Placing;
use crate::systems::Systems;
use crossdock_model::{Delivery, ExternalRef, Fault};
use crossdock_workflow::{Retry, Step};
use serde::{Deserialize, Serialize};
use sys_oms_contract::{CreateOrder, OmsClient};

pub(crate) struct CreateOmsOrder {
    oms: OmsClient,
    people: PersonalDataReader,
}

impl CreateOmsOrder {
    pub(crate) fn new(systems: &Systems, people: &PersonalDataReader) -> Self {
        Self {
            oms: systems.oms.clone(),
            people: people.clone(),
        }
    }
}

/// The order at the OMS.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Created {
    #[serde(flatten)]
    reference: ExternalRef,
    /// Whether it has nobody for some of the goods.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    backordered: bool,
}

impl Step<Placing> for CreateOmsOrder {
    const NAME: &'static str = "create-oms-order";
    const RETRY: Retry = Retry::PATIENT;
    type Out = Created;

    async fn run(&self, delivery: &Delivery, state: &Placing) -> Result<Created, Fault> {
        let kept = self.people.read(&delivery.context, state.order.id).await?;
        let order = CreateOrder {
            reference: state.order.id.to_string(),
            ship_to: kept.ship_to,
            lines: state.wanted_lines(),
        };
        let oms = self.oms.pinned_to(&state.order.pins.oms);
        let created = oms.create_order(delivery, &order).await?;
        Ok(Created {
            reference: created.reference,
            backordered: created.backordered,
        })
    }

    fn record(state: &mut Placing, created: Created) {
        state.backordered = created.backordered;
    }

    fn next_action(code: &str) -> &'static str {
        if code == "gone" {
            return "The order's address was erased before fulfilment had it: give it to the OMS by hand, then skip the node with its reference.";
        }
        "The order is paid and not handed to fulfilment: correct it at the OMS (address, SKU), then retry; or cancel the order."
    }
}
