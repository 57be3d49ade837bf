//! What tax a basket would bear.

use crossdock_model::{Address, Currency, Money, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Ask what tax each line bears.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TaxQuoteRequest {
    /// The one currency of every line.
    #[schema(value_type = String, example = "USD", pattern = "^[A-Z]{3}$")]
    pub currency: Currency,
    /// Where the goods leave from.
    pub ship_from: Address,
    /// Where they go to: decides the rate.
    pub ship_to: Address,
    /// What is sold; charges such as shipping are lines too.
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<TaxLine>,
}

/// One line to be taxed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TaxLine {
    /// The line's id, unique in the request.
    #[schema(example = "A", min_length = 1, max_length = 64)]
    pub id: String,
    /// The tax category of what is sold.
    #[schema(example = "general", min_length = 1, max_length = 64)]
    pub category: String,
    /// What the rate applies to.
    pub taxable: Money,
}

impl TaxQuoteRequest {
    /// The basket of the golden scenario, shipped within Texas.
    pub fn sample() -> Self {
        let address = Address {
            country: "US".into(),
            region: Some("TX".into()),
            postal_code: Some("78701".into()),
            city: "Austin".into(),
            lines: vec!["100 Congress Ave".into()],
        };
        let line = |id: &str, category: &str, minor| TaxLine {
            id: id.into(),
            category: category.into(),
            taxable: Money::new(minor, Currency::USD),
        };
        Self {
            currency: Currency::USD,
            ship_from: address.clone(),
            ship_to: address,
            lines: vec![
                line("A", "general", 6438),
                line("B", "general", 2012),
                line("shipping", "shipping", 500),
            ],
        }
    }
}

/// The tax of each line, good until a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxQuote {
    /// The tax system's id of the quote.
    pub id: String,
    /// Until when it may be relied on.
    pub valid_until: Timestamp,
    /// One per line asked for, in the same order.
    pub lines: Vec<QuotedLine>,
    /// The sum of the lines' tax.
    pub total: Money,
}

/// The tax of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotedLine {
    /// The id of the line, as the request named it.
    pub id: String,
    /// The rate in millionths: 8.25 % is 82500.
    #[schema(example = 82500, minimum = 0)]
    pub rate_millionths: i64,
    /// Taxable by rate, rounded half away from zero.
    pub tax: Money,
}
