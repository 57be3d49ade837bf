//! The steps of `account-provider-refund`, one a file.

mod attribute_refund;
mod post_goodwill;
mod post_provider_refund;
mod record_provider_refund;

pub(crate) use attribute_refund::AttributeRefund;
pub(crate) use post_goodwill::PostGoodwill;
pub(crate) use post_provider_refund::RefundAtProvider;
pub(crate) use record_provider_refund::RecordProviderRefund;
