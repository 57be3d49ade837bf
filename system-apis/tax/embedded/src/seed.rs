//! The rates an engine starts with.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// What the engine knows before anybody asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Seed {
    /// The rates of a new book.
    #[serde(default)]
    pub rates: Vec<RateSeed>,
}

/// One rate, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RateSeed {
    /// The country, by its ISO 3166-1 alpha-2 code.
    pub country: String,
    /// The subdivision; empty for the whole country.
    #[serde(default)]
    pub region: String,
    /// The tax category that it applies to.
    pub category: String,
    /// The first day it holds, from midnight UTC.
    pub valid_from: Date,
    /// The rate in millionths: 8.25 % is 82500.
    pub rate_millionths: i64,
}

impl Seed {
    /// The demo shop's: Texas, New York, Germany, Japan, Kuwait.
    pub fn demo() -> Self {
        let rates = [
            ("US", "TX", 82_500, 0),
            ("US", "NY", 88_750, 88_750),
            ("DE", "", 190_000, 190_000),
            ("JP", "", 100_000, 100_000),
            ("KW", "", 0, 0),
        ];
        let of = |country: &str, region: &str, category: &str, rate_millionths| RateSeed {
            country: country.into(),
            region: region.into(),
            category: category.into(),
            valid_from: date(2020, 1, 1),
            rate_millionths,
        };
        let rates = rates
            .iter()
            .flat_map(|(country, region, general, shipping)| {
                [
                    ("general", *general),
                    ("shipping", *shipping),
                    ("exempt", 0),
                ]
                .map(|(category, rate)| of(country, region, category, rate))
            });
        Self {
            rates: rates.collect(),
        }
    }
}
