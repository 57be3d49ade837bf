//! Burning points: held while an order is placed, confirmed after, given back by a return.

use crossdock_model::{ExternalRef, MemberId, Timestamp, UnitRange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Promise points to an order. Natural key: the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Hold {
    /// Our id of the order, the natural key: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The member whose points they are.
    pub member: MemberId,
    /// The number of points, at least one.
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub points: i64,
    /// After how many seconds the promise lapses by itself.
    #[schema(minimum = 1, maximum = 2_592_000)]
    pub expires_in_seconds: u32,
}

/// Points promised to an order, and what became of the promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// The engine's id of the hold, kind `hold`.
    pub reference: ExternalRef,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// The member whose points they are.
    pub member: MemberId,
    /// The number of points, at least one.
    pub points: i64,
    /// From which lots they were taken.
    pub lots: Vec<LotUse>,
    /// When the promise lapses, unless it is confirmed before.
    pub expires_at: Timestamp,
    /// Whether the points are still held, burnt or free again.
    pub state: HoldState,
}

/// The points that were taken from one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LotUse {
    /// The engine's id of the lot.
    pub lot: String,
    /// How many of its points.
    pub quantity: i64,
}

/// Keep points promised to an order for longer; a promise that has lapsed is made again, if the points are still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Extend {
    /// Our id of the order, the natural key: the hold that was made under it is extended.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// How many seconds from now the promise lasts at least; a later end stays as it is.
    #[schema(minimum = 1, maximum = 2_592_000)]
    pub expires_in_seconds: u32,
}

/// What became of a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HoldState {
    /// The points are promised to the order until the hold expires.
    Held,
    /// The points are burnt: the order was placed.
    Confirmed,
    /// The points were released before they were burnt.
    Released,
    /// The points are free again because the hold lapsed.
    Expired,
}

/// Burn the points that an order holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Confirm {
    /// Our id of the order, the natural key: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
}

/// Burnt points of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Burnt {
    /// The engine's id of the burn, kind `burn`.
    pub reference: ExternalRef,
    /// The number of points, at least one.
    pub points: i64,
}

/// Give free the points that an order holds; also refuses a hold that comes later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Release {
    /// Our id of the order, the natural key: a second request under it answers the first.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
}

/// The outcome of a release: held points are free again, none where none were held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Released {
    /// The engine's id of the release, kind `release`.
    pub reference: ExternalRef,
    /// How many became available again.
    pub points: i64,
}

/// As many points for each unit of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RunPoints {
    /// The neighbouring units of a line that have equally many.
    pub units: UnitRange,
    /// The points of one of these units, not of all together; at least one.
    #[schema(minimum = 1, maximum = 100_000_000, example = 32)]
    pub points_each: i64,
}

impl RunPoints {
    /// The points of all units of the run together; none where they do not fit 64 bits.
    pub fn total(&self) -> Option<i64> {
        self.points_each.checked_mul(i64::from(self.units.count()))
    }
}

/// Give burnt points back to the lots they came from. Natural key: order and cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Restore {
    /// Our order id, whose burn it was.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// Our id of the return or cancellation that causes it.
    #[schema(min_length = 1, max_length = 128)]
    pub key: String,
    /// What to give back for the units, each unit in one run; at most what was burnt for the order.
    #[schema(min_items = 1, max_items = 2000)]
    pub runs: Vec<RunPoints>,
}

/// Burnt points that were given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// The engine's id of it, kind `restore`.
    pub reference: ExternalRef,
    /// The points that were given back altogether.
    pub points: i64,
    /// How many of them paid a debt instead of becoming available.
    pub debt_paid: i64,
    /// Where the others lie now.
    pub lots: Vec<LotUse>,
}
