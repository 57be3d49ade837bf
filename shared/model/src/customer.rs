//! Who buys, and where it goes.

use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A customer, by the golden id of the customer system.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "cust-ada", min_length = 1, max_length = 64)]
pub struct CustomerId(pub Arc<str>);

/// A member of a loyalty programme, by the number on the card.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "member-ada", min_length = 1, max_length = 64)]
pub struct MemberId(pub Arc<str>);

/// A postal address, with what tax needs of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Address {
    /// The country, as ISO 3166-1 alpha-2.
    #[schema(example = "US", pattern = "^[A-Z]{2}$")]
    pub country: String,
    /// ISO 3166-2 subdivision without the country, `TX`.
    #[schema(example = "TX", max_length = 8)]
    pub region: String,
    /// The postal code, as the country writes it.
    #[schema(example = "78701", max_length = 16)]
    pub postal_code: String,
    /// The city or town, as it stands on the label.
    #[schema(example = "Austin", max_length = 100)]
    pub city: String,
    /// Street and number, one line each.
    #[schema(max_items = 4)]
    pub lines: Vec<String>,
}
