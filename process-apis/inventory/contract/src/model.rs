//! Products and availability as every channel shows them.

use crossdock_model::{LocationId, Money, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many of a SKU can be promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Availability {
    /// What.
    pub sku: Sku,
    /// Over all locations.
    pub saleable: i64,
    /// Per location.
    pub locations: Vec<LocationAvailability>,
    /// When the OMS said so: it is a projection, not a promise.
    pub as_of: Timestamp,
}

/// How many can be promised from one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocationAvailability {
    /// Where.
    pub location: LocationId,
    /// How many.
    pub saleable: i64,
}

/// Availability of several SKUs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailabilityPage {
    /// In the order asked.
    pub items: Vec<Availability>,
}

/// A product as sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// What.
    pub sku: Sku,
    /// As the item master names it.
    pub name: String,
    /// List price.
    pub price: Money,
    /// For the tax system.
    pub tax_category: String,
}

/// Products, by SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductPage {
    /// The products.
    pub items: Vec<Product>,
    /// Where the next page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
