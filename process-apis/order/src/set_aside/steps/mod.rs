//! The steps of `resolve-webhook`, one a file.

mod record_webhook;
mod take_webhook;

pub(crate) use record_webhook::RecordWebhook;
pub(crate) use take_webhook::TakeWebhook;
