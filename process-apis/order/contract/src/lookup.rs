//! What orders are looked up by.

use crossdock_model::{CustomerId, Date, LocationId, OrderId, PageRequest, Sku};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Ways to find an order without putting personal data into a URL; one of them is given, beside the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OrderLookup {
    /// Our id, as printed on the receipt's barcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// What stands on a receipt, typed in: our id or the channel's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub receipt: Option<String>,
    /// The channel's own reference of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub channel_ref: Option<String>,
    /// The customer's golden id in the customer register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// An e-mail address: of the customer, as the customer register knows it, or given with the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254)]
    pub email: Option<String>,
    /// A phone number, however it is spaced: of the customer, or given with the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32)]
    pub phone: Option<String>,
    /// The number on the customer's loyalty card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub card: Option<String>,
    /// A payment's reference: the provider's of the authorisation or the capture, or the one that the order was sent in with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub tender: Option<String>,
    /// A product with where and when it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ShippedItem>,
    /// The `next` of the page before; absent for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub cursor: Option<String>,
    /// The most orders on the page, 1 to 200; 50 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
}

/// A product that left a location on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ShippedItem {
    /// The product, as it stands on the label.
    pub sku: Sku,
    /// The store or warehouse that it left.
    pub location: LocationId,
    /// The day on which it left, in UTC.
    #[schema(value_type = String, format = Date, example = "2026-03-02")]
    pub day: Date,
}

impl OrderLookup {
    /// Which page of what is found is asked for.
    pub fn page(&self) -> PageRequest {
        PageRequest {
            cursor: self.cursor.clone(),
            limit: self.limit,
        }
    }
}

/// Which orders to list, page by page.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct OrderQuery {
    /// Lists the orders of this customer only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// The `next` of the page before; absent for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// The most orders on the page, 1 to 200; 50 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u32>,
}

impl OrderQuery {
    /// Which page of the list is asked for.
    pub fn page(&self) -> PageRequest {
        PageRequest {
            cursor: self.cursor.clone(),
            limit: self.limit,
        }
    }
}
