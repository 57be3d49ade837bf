//! The pieces that several events share.

use crate::{ExternalRef, LineId, LocationId, Money, Points, PointsRate, Quantity, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Units of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventLine {
    /// The line's id within the order.
    pub line_id: LineId,
    /// The item, by its stock keeping unit.
    pub sku: Sku,
    /// The number of units, at least one.
    pub quantity: Quantity,
}

/// A line as sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacedLine {
    /// The line's id within the order.
    pub line_id: LineId,
    /// The item, by its stock keeping unit.
    pub sku: Sku,
    /// The number of units, at least one.
    pub quantity: Quantity,
    /// What the line costs without tax, after its share of promotions and points.
    pub net: Money,
    /// The tax on the line, in the currency of the order.
    pub tax: Money,
}

/// Points that pay for a part of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacedRedemption {
    /// How many, of which programme.
    pub points: Points,
    /// What they are worth to this order.
    pub value: Money,
    /// The rate that was frozen.
    pub rate: PointsRate,
    /// The hold at the loyalty engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<ExternalRef>,
}

/// A tender that pays for a part of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlacedTender {
    /// The kind of tender, `card` or `points`.
    pub kind: String,
    /// The part of the order that it pays.
    pub amount: Money,
    /// The authorisation at the payment provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<ExternalRef>,
}

/// Stock that is held for a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReservedLine {
    /// The line's id within the order.
    pub line_id: LineId,
    /// The item, by its stock keeping unit.
    pub sku: Sku,
    /// How many units are held.
    pub quantity: Quantity,
    /// Where they are held, once that is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<LocationId>,
    /// When the hold expires, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Whether earned points can be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccrualState {
    /// Not yet: they mature later.
    Pending,
    /// They can be spent now.
    Available,
}

/// The kind of money movement that a settlement confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SettlementKind {
    /// Money that was captured.
    Capture,
    /// Money that was given back.
    Refund,
}

/// How a dispute over card money was decided, from the merchant's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DisputeOutcome {
    /// The money stays the merchant's.
    Won,
    /// The money is the cardholder's again.
    Lost,
}
