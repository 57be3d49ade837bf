//! The steps of `account-provider-capture`, one a file.

mod explain_capture;
mod post_claimed;
mod post_provider_capture;
mod record_provider_capture;

pub(crate) use explain_capture::ExplainCapture;
pub(crate) use post_claimed::ClaimedCapture;
pub(crate) use post_provider_capture::CaptureAtProvider;
pub(crate) use record_provider_capture::RecordProviderCapture;
