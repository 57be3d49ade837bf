//! Loyalty points: counted, never money, converted only through a frozen rate.

use crate::{Currency, Money, MoneyError};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// The loyalty programme that points belong to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "stars", min_length = 1, max_length = 64)]
pub struct Program(pub Arc<str>);

/// A number of points of one programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Points {
    /// How many; negative only in differences and debts.
    #[schema(example = 1000)]
    pub quantity: i64,
    /// The programme that the points belong to; those of two programmes never add up.
    pub program: Program,
}

impl Points {
    /// That many points of the programme.
    pub fn new(quantity: i64, program: &Program) -> Self {
        Self {
            quantity,
            program: program.clone(),
        }
    }
}

/// What points were worth when an order froze them: `minor = quantity × numerator / denominator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointsRate {
    /// Minor units of the currency …
    pub numerator: i64,
    /// … for that many points.
    pub denominator: i64,
}

impl PointsRate {
    /// The money value of so many points, rounded half away from zero.
    pub fn value(self, quantity: i64, currency: Currency) -> Result<Money, MoneyError> {
        Money::new(quantity, currency).ratio(self.numerator, self.denominator)
    }
}
