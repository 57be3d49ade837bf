//! A fulfilment order: the part of an order that one location picks, packs and ships.

use crossdock_model::{ExternalRef, LineId, LocationId, Quantity, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a fulfilment order stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FulfilmentState {
    /// The location was asked and has not answered.
    Open,
    /// The location will do it.
    Accepted,
    /// Its units were taken off the shelf.
    Picked,
    /// In its parcel; it may not be cancelled any more.
    Packed,
    /// It was handed over to the carrier.
    Shipped,
    /// The location will not do it; its units were sourced elsewhere or backordered.
    Rejected,
    /// Nothing of it was found at the location.
    Incomplete,
    /// It was cancelled, with its order or because all of its units were.
    Cancelled,
}

impl FulfilmentState {
    /// Whether nothing will happen to it any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Open | Self::Accepted | Self::Picked | Self::Packed => false,
            Self::Shipped | Self::Rejected | Self::Incomplete | Self::Cancelled => true,
        }
    }
}

/// The part of an order that one location fulfils.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FulfilmentOrder {
    /// Its number at the OMS, `FO-000123`.
    pub reference: ExternalRef,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// The location that fulfils it.
    pub location: LocationId,
    /// How far the work on it has come.
    pub state: FulfilmentState,
    /// How often it has changed; a higher number is newer.
    pub version: u32,
    /// Which attempt at sourcing its units this is, from 1.
    pub attempt: u32,
    /// Whether it may ship: always where the OMS has no gate.
    pub authorised: bool,
    /// The units that the location was asked for, by line.
    pub lines: Vec<FulfilmentLine>,
    /// Why it was rejected or found incomplete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The shipment, once it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<Shipment>,
}

/// A line of a fulfilment order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FulfilmentLine {
    /// The id of the order's line.
    pub line: LineId,
    /// The item, by its SKU.
    pub sku: Sku,
    /// How many were asked of the location.
    pub quantity: Quantity,
    /// How many were found, once picked: so many ship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picked: Option<u32>,
}

/// A parcel that was handed over to a carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shipment {
    /// Its number at the OMS, `SH-000123`.
    pub reference: ExternalRef,
    /// The carrier that takes the parcel.
    pub carrier: String,
    /// The carrier's tracking number of the parcel.
    pub tracking: String,
    /// When the parcel was handed over.
    pub shipped_at: Timestamp,
}

/// Let a packed fulfilment order ship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AuthoriseShipment {
    /// Its number at the OMS, `FO-000123`.
    #[schema(min_length = 1, max_length = 64, example = "FO-000123")]
    pub fulfilment_order: String,
}

/// A location that will not fulfil.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reject {
    /// The reason that the location gives.
    #[schema(min_length = 1, max_length = 200, example = "closed for stock-taking")]
    pub reason: String,
}

/// What was taken off the shelf; a line left out was found whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Pick {
    /// The lines of which another number was found.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub lines: Vec<PickedLine>,
}

/// How many of a line were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PickedLine {
    /// The id of the order's line.
    pub line: LineId,
    /// How many were found; fewer than asked is a short pick.
    #[schema(maximum = 10_000)]
    pub picked: u32,
}

/// Hand over to the carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Ship {
    /// The carrier that takes the parcel.
    #[schema(min_length = 1, max_length = 64, example = "ups")]
    pub carrier: String,
    /// The carrier's tracking number of the parcel.
    #[schema(min_length = 1, max_length = 64, example = "1Z999AA10123456784")]
    pub tracking: String,
}
