//! Starts `resolve-webhook` where the payment provider sent what nobody can use.

use crate::deps::Deps;
use crate::fact_start::FactStart;
use crate::set_aside::NAME;
use crate::set_aside::state::SetAside;
use crossdock_events::{CloudEvent, Handled};
use crossdock_model::event::WebhookSetAside;
use crossdock_model::{Correlation, Fault};

/// Starts the workflow, once for each message.
pub(crate) async fn resolve(
    deps: &Deps,
    event: &CloudEvent,
    webhook: WebhookSetAside,
) -> Result<Handled, Fault> {
    let state = SetAside {
        connector: webhook.connector,
        message: webhook.message,
        about: webhook.about,
    };
    let start = FactStart {
        workflow: NAME,
        reader: "order/payment",
        operation: "order.resolve-webhook",
        key: format!("{}/{}", state.connector, state.message),
        partition: state.message.clone(),
        correlation: Correlation(event.correlationid.as_str().into()),
        state: &state,
    };
    deps.start_on_fact(event, start).await
}
