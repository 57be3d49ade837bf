//! Products and availability as every channel shows them.

use crossdock_model::{LocationId, Money, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many units of a SKU can be promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Availability {
    /// The product that was asked about.
    pub sku: Sku,
    /// Units that can be promised over all locations.
    pub saleable: i64,
    /// The same by store and warehouse.
    pub locations: Vec<LocationAvailability>,
    /// When the OMS answered: it is a projection, not a promise.
    pub as_of: Timestamp,
}

/// How many units can be promised from one location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LocationAvailability {
    /// The id of the store or warehouse that has it.
    pub location: LocationId,
    /// Units that can be promised from there.
    pub saleable: i64,
}

/// The availability of the SKUs that were asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailabilityPage {
    /// One entry a SKU, in the sequence asked.
    pub items: Vec<Availability>,
}

/// A product as the item master sells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// The stock keeping unit that orders and stock name it by.
    pub sku: Sku,
    /// The product's name in the item master.
    pub name: String,
    /// List price of one unit, without tax.
    pub price: Money,
    /// The category that the tax system taxes it under.
    pub tax_category: String,
}

/// A page of the products that are sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductPage {
    /// The products on the page, by SKU.
    pub items: Vec<Product>,
    /// The `cursor` of the page that follows; none on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
