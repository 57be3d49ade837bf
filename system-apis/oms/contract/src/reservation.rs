//! A reservation: stock held for an order that is not placed yet.

use crossdock_model::{ExternalRef, LineId, LocationId, Quantity, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a line reaches the customer; the OMS chooses the location from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FulfilmentMode {
    /// Shipped; stores first, then warehouses.
    #[default]
    ShipFromStore,
    /// Shipped; warehouses first, then stores.
    ShipFromWarehouse,
    /// Collected at the line's location.
    Pickup,
    /// Handed over at the till of the line's location: a fact, recorded as shipped at once.
    HandedOver,
}

/// A line that stock is wanted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WantedLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// The units of the item, at least one.
    pub quantity: Quantity,
    /// Only there; needed for pickup and till, otherwise the OMS chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationId>,
    /// How it reaches the customer.
    #[serde(default)]
    pub fulfilment: FulfilmentMode,
}

/// Hold stock for an order; a second one with the same reference answers the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reserve {
    /// The order's id: the natural key.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// The lines to reserve, at least one.
    #[schema(min_items = 1, max_items = 200)]
    pub lines: Vec<WantedLine>,
    /// After how many seconds it expires by itself, at most a day.
    #[serde(default = "quarter_of_an_hour")]
    #[schema(minimum = 1, maximum = 86400, example = 900)]
    pub expires_in_seconds: u32,
    /// Whether less than asked is welcome; otherwise short is refused with `out_of_stock`.
    #[serde(default)]
    pub allow_partial: bool,
}

/// Hold an order's stock for longer; what has lapsed is taken again, if all of it is still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExtendReservation {
    /// The order's id: the natural key of its reservation.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// After how many seconds from now it expires by itself, at most a day; never earlier than before.
    #[schema(minimum = 1, maximum = 86400, example = 900)]
    pub expires_in_seconds: u32,
}

/// The usual life of a reservation.
fn quarter_of_an_hour() -> u32 {
    900
}

/// What became of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReservationState {
    /// It holds stock until it expires.
    Held,
    /// Its order took the stock over.
    Consumed,
    /// It was released before an order took it over.
    Released,
    /// Its time ran out, and the stock was given back.
    Expired,
}

/// Stock held for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// Its number at the OMS.
    pub reference: ExternalRef,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// Whether it still holds stock, and if not, why.
    pub state: ReservationState,
    /// What was asked and got, in parts by location: the parts of a line add up to its quantity.
    pub lines: Vec<ReservedLine>,
    /// When it expires by itself.
    pub expires_at: Timestamp,
    /// Whether less was got than asked.
    pub partial: bool,
}

/// A part of a line, held at one location or short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReservedLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// Where it is held; absent on the part that is short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationId>,
    /// How many of the line this part is about.
    pub asked: u32,
    /// How many are held: all of the part, or none where it is short.
    pub got: u32,
}

/// Give back what an order's reservation holds; nothing to give back is success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Release {
    /// Our id of the order, the natural key: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
}

/// What was given back. Whatever comes late under the same order is refused as `tombstoned`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Released {
    /// The reservation's number at the OMS; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ExternalRef>,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// What the reservation had held, by location.
    pub lines: Vec<ReservedLine>,
}
