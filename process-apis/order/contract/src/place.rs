//! Placing an order in checkout mode: a quote, the channel's reference and a tender.

use crate::Contact;
use crossdock_model::CustomerId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An order on a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PlaceOrder {
    /// The quote's id exactly as it was answered: it is the sealed content.
    #[schema(min_length = 1, max_length = 65_536)]
    pub quote_id: String,
    /// The channel's own reference; a second order with it is answered with the first.
    #[schema(min_length = 1, max_length = 100, example = "web-1001")]
    pub channel_ref: String,
    /// The customer who is asking, where there is one; must be the quote's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// How the buyer can be reached about this order; a look-up finds it by either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// How the money total is paid; may be left out when it is zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender: Option<Tender>,
}

/// The means of payment that the card total is authorised on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Tender {
    /// The payment provider's token for the card; never the card itself.
    #[schema(min_length = 1, max_length = 255, example = "tok_visa")]
    pub token: String,
}
