//! The requests to the embedded OMS, as the vendor names them.
#![expect(
    clippy::struct_field_names,
    reason = "a vendor names its fields as it likes"
)]

use crossdock_model::{Correlation, Tenant};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use sys_oms_contract::{
    CancelLines, CreateOrder, Disposition, FulfilmentMode, Pick, ReceiveReturn, Reserve, WantedLine,
};

/// `/v1/{merchant}/…` with each part as one segment.
pub(crate) fn path(tenant: &Tenant, parts: &[&str]) -> String {
    let mut path = format!("/v1/{}", escaped(tenant.as_str()));
    for part in parts {
        path.push('/');
        path.push_str(&escaped(part));
    }
    path
}

/// A text that is safe in a path and in a query (RFC 3986).
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            safe.push(char::from(byte));
        } else if write!(safe, "%{byte:02X}").is_err() {
            // Writing into a string cannot fail.
            return safe;
        }
    }
    safe
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    item: String,
    sku: String,
    qty: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<String>,
    route: &'static str,
}

impl From<&WantedLine> for Item {
    fn from(line: &WantedLine) -> Self {
        Self {
            item: line.line.to_string(),
            sku: line.sku.to_string(),
            qty: line.quantity.get(),
            node: line.location.as_ref().map(ToString::to_string),
            route: match line.fulfilment {
                FulfilmentMode::ShipFromStore => "STORE_FIRST",
                FulfilmentMode::ShipFromWarehouse => "WAREHOUSE_FIRST",
                FulfilmentMode::Pickup => "COLLECT",
                FulfilmentMode::HandedOver => "TILL",
            },
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewHold {
    order_no: String,
    items: Vec<Item>,
    ttl_seconds: u32,
    partial: bool,
}

impl From<&Reserve> for NewHold {
    fn from(reserve: &Reserve) -> Self {
        Self {
            order_no: reserve.reference.clone(),
            items: reserve.lines.iter().map(Item::from).collect(),
            ttl_seconds: reserve.expires_in_seconds,
            partial: reserve.allow_partial,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewExtension {
    pub(crate) ttl_seconds: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewOrder {
    order_no: String,
    ship_to: ShipTo,
    items: Vec<Item>,
    gated: bool,
    tag: String,
}

#[derive(Debug, Serialize)]
struct ShipTo {
    country: String,
    state: String,
    zip: String,
    city: String,
    street: Vec<String>,
}

impl NewOrder {
    pub(crate) fn new(create: &CreateOrder, gated: bool, correlation: &Correlation) -> Self {
        let to = &create.ship_to;
        Self {
            order_no: create.reference.clone(),
            ship_to: ShipTo {
                country: to.country.clone(),
                state: to.region.clone().unwrap_or_default(),
                zip: to.postal_code.clone().unwrap_or_default(),
                city: to.city.clone(),
                street: to.lines.clone(),
            },
            items: create.lines.iter().map(Item::from).collect(),
            gated,
            tag: correlation.to_string(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewLineCancellation {
    cancellation_no: String,
    items: Vec<CancelledItem>,
}

#[derive(Debug, Serialize)]
struct CancelledItem {
    item: String,
    qty: u32,
}

impl From<&CancelLines> for NewLineCancellation {
    fn from(cancel: &CancelLines) -> Self {
        let items = cancel.lines.iter().map(|line| CancelledItem {
            item: line.line.to_string(),
            qty: line.quantity.get(),
        });
        Self {
            cancellation_no: cancel.reference.clone(),
            items: items.collect(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct RejectRequest<'a> {
    pub(crate) reason: &'a str,
}

#[derive(Debug, Serialize)]
pub(crate) struct ShipRequest<'a> {
    pub(crate) carrier: &'a str,
    pub(crate) tracking: &'a str,
}

#[derive(Debug, Serialize)]
pub(crate) struct PickRequest {
    items: Vec<Found>,
}

#[derive(Debug, Serialize)]
struct Found {
    item: String,
    picked: u32,
}

impl From<&Pick> for PickRequest {
    fn from(pick: &Pick) -> Self {
        let found = pick.lines.iter().map(|line| Found {
            item: line.line.to_string(),
            picked: line.picked,
        });
        Self {
            items: found.collect(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewReceipt {
    return_no: String,
    order_no: String,
    node: String,
    items: Vec<ReturnedGoods>,
}

#[derive(Debug, Serialize)]
struct ReturnedGoods {
    item: String,
    sku: String,
    qty: u32,
    disposition: DispositionCode,
}

impl From<&ReceiveReturn> for NewReceipt {
    fn from(receive: &ReceiveReturn) -> Self {
        let goods = receive.lines.iter().map(|line| ReturnedGoods {
            item: line.line.to_string(),
            sku: line.sku.to_string(),
            qty: line.quantity.get(),
            disposition: match line.disposition {
                Disposition::Restock => DispositionCode::Restock,
                Disposition::Refurbish => DispositionCode::Refurbish,
                Disposition::ReturnToVendor => DispositionCode::Vendor,
                Disposition::Scrap => DispositionCode::Scrap,
            },
        });
        Self {
            return_no: receive.reference.clone(),
            order_no: receive.order.clone(),
            node: receive.location.to_string(),
            items: goods.collect(),
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum DispositionCode {
    Restock,
    Refurbish,
    Vendor,
    Scrap,
}
