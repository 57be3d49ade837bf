//! Messages of the provider that are kept because nobody could use them.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::port::PaymentBackend;
use crate::set_aside;
use crate::webhooks::Webhooks;
use axum::extract::State;
use crossdock_model::Fault;
use crossdock_outbound::RoutingKey;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use serde::Deserialize;
use sys_payment_contract::{KeptWebhook, TakeWebhook, WebhookTaken};
use utoipa::IntoParams;

/// Use a kept message after all, because the adapter can read it now.
#[utoipa::path(post, path = "/webhooks", operation_id = "payment_take_webhook", tag = "webhooks",
    request_body = TakeWebhook,
    responses(
        (status = 200, description = "Used: what it says is on the feed", body = WebhookTaken),
        (status = 404, description = "No such message is kept"),
        (status = 409, description = "`webhook_unusable`: it still cannot be read"),
        (status = 422, description = "`validation_failed`")))]
pub(crate) async fn take_webhook(
    State(webhooks): State<Webhooks>,
    write: BackendWrite<dyn PaymentBackend>,
    Json(request): Json<TakeWebhook>,
) -> Result<Json<WebhookTaken>, Problem> {
    let (name, backend) = write.backend_for(&RoutingKey::default())?;
    let message = request.message;
    let kept = set_aside::kept(&*webhooks.store, write.tenant(), name, &message).await?;
    let kept = or_not_found(kept, format_args!("no message {message} is kept"))?.0;
    // Read under its own id: the inbox drops it where it was used before.
    match backend.notification(message.clone(), kept.body.as_bytes()) {
        Ok(Some(notification)) => {
            webhooks.report(name, &notification).await?;
        }
        Ok(None) => {}
        Err(fault) => return Err(Fault::refused("webhook_unusable", fault.to_string()).into()),
    }
    Ok(Json(WebhookTaken { message }))
}

/// The query of a kept message.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct KeptQuery {
    /// The provider's id of the message.
    #[param(min_length = 1, max_length = 256)]
    message: String,
}

/// Show a message that is kept because it could not be used.
#[utoipa::path(get, path = "/webhooks", operation_id = "payment_get_webhook", tag = "webhooks",
    params(KeptQuery),
    responses(
        (status = 200, description = "The message as it came", body = KeptWebhook),
        (status = 404, description = "No such message is kept")))]
pub(crate) async fn find_webhook(
    State(webhooks): State<Webhooks>,
    read: BackendRead<dyn PaymentBackend>,
    Query(wanted): Query<KeptQuery>,
) -> Result<Json<KeptWebhook>, Problem> {
    let (name, _backend) = read.backend_for(&RoutingKey::default())?;
    let kept = set_aside::kept(&*webhooks.store, read.tenant(), name, &wanted.message).await?;
    or_not_found(kept, format_args!("no message {} is kept", wanted.message))
}
