//! Has the payment system API use the kept message after all.

use crate::set_aside::state::SetAside;
use crate::systems::Systems;
use crossdock_model::{Delivery, Fault};
use crossdock_workflow::{Retry, Step};
use sys_payment_contract::{PaymentClient, TakeWebhook as Take};

pub(crate) struct TakeWebhook(PaymentClient);

impl TakeWebhook {
    pub(crate) fn new(systems: &Systems) -> Self {
        Self(systems.payment.clone())
    }
}

impl Step<SetAside> for TakeWebhook {
    const NAME: &'static str = "take-webhook";
    const RETRY: Retry = Retry::PATIENT;
    type Out = ();

    async fn run(&self, delivery: &Delivery, state: &SetAside) -> Result<(), Fault> {
        let take = Take {
            message: state.message.clone(),
        };
        let payment = self.0.pinned_to(&state.connector);
        match payment.take_webhook(delivery, &take).await {
            Err(Fault::Refused(refusal)) if refusal.code == "forbidden" => {
                let detail = format!(
                    "message {} names no retailer that is served here",
                    state.message
                );
                Err(Fault::refused("webhook_unusable", detail))
            }
            taken => taken.map(drop),
        }
    }

    fn record(_state: &mut SetAside, (): ()) {}

    fn next_action(_code: &str) -> &'static str {
        "Look the message up at the provider by its id and do by hand what it says, then skip the node; or install a build whose adapter reads it, then retry."
    }
}
