//! The queries of reads: an order's one hold or accrual, or what a cause did to an order.

use serde::Deserialize;
use utoipa::IntoParams;

/// The query of an order's one hold or accrual.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByOrder {
    /// Our id of the order.
    #[param(min_length = 1, max_length = 128)]
    pub(super) reference: String,
}

/// Of which order, by which cause.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByCause {
    /// Our id of the order.
    #[param(min_length = 1, max_length = 128)]
    pub(super) reference: String,
    /// The return, cancellation or shipment.
    #[param(min_length = 1, max_length = 128)]
    pub(super) key: String,
}
