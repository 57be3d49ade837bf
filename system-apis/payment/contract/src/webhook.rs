//! Messages of a provider that could not be used when they came.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A request to use a kept message after all: because the adapter reads it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TakeWebhook {
    /// The provider's id of the message, as `WebhookSetAside` names it.
    #[schema(
        example = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        min_length = 1,
        max_length = 256
    )]
    pub message: String,
}

/// A kept message was used: what it says is on the feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookTaken {
    /// The provider's id of the message.
    pub message: String,
}

/// A message as it is kept: what a person reads before deciding what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptWebhook {
    /// The provider's id of the message.
    pub message: String,
    /// Its body as it came; what is no UTF-8 is replaced.
    pub body: String,
    /// The reason why it could not be used when it came.
    pub why: String,
}
