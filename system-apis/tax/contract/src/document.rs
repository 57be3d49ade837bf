//! Tax that is owed: committed with a shipment, reversed with a return.

use crossdock_model::{Currency, ExternalRef, Money, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The tax of one line of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TaxAmount {
    /// The line's id, unique in the document.
    #[schema(example = "A", min_length = 1, max_length = 64)]
    pub id: String,
    /// The amount that the tax is worked out on.
    pub taxable: Money,
    /// The tax on it, as frozen with the order.
    pub tax: Money,
}

/// A request to declare the tax of a shipment as owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CommitTax {
    /// Our natural key of the document, the shipment's reference: committed once.
    #[schema(example = "ship-1", min_length = 1, max_length = 128)]
    pub document: String,
    /// Our id of the order that it belongs to.
    #[schema(min_length = 1, max_length = 128)]
    pub order: String,
    /// The lines of the shipment.
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<TaxAmount>,
}

impl CommitTax {
    /// The shipment of the golden scenario.
    pub fn sample() -> Self {
        let line = |id: &str, taxable, tax| TaxAmount {
            id: id.into(),
            taxable: Money::new(taxable, Currency::USD),
            tax: Money::new(tax, Currency::USD),
        };
        Self {
            document: "ship-1".into(),
            order: "0192f3c1-7c00-7000-8000-000000000001".into(),
            lines: vec![line("A", 6438, 531), line("B", 2012, 166)],
        }
    }
}

/// The tax of a shipment, declared as owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxDocument {
    /// The tax system's number of it, kind `tax-document`.
    pub reference: ExternalRef,
    /// Our reference of the shipment, the natural key of the document.
    pub document: String,
    /// Our id of the order that it belongs to.
    pub order: String,
    /// The tax of each line, as it was committed.
    pub lines: Vec<TaxAmount>,
    /// The tax of all lines.
    pub total: Money,
    /// How much of that was reversed since.
    pub reversed: Money,
    /// When the engine committed it.
    pub committed_at: Timestamp,
}

/// A request to take declared tax back for a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReverseTax {
    /// The document that is partly or wholly taken back.
    #[schema(example = "ship-1", min_length = 1, max_length = 128)]
    pub document: String,
    /// Our natural key of the reversal, the return's id: reversed once for each document.
    #[schema(
        example = "0192f3c1-7c00-7000-8000-000000000002",
        min_length = 1,
        max_length = 128
    )]
    pub reference: String,
    /// Lines of the document, with what is taken back of each.
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<TaxAmount>,
}

impl ReverseTax {
    /// The first return of the golden scenario.
    pub fn sample() -> Self {
        Self {
            document: "ship-1".into(),
            reference: "0192f3c1-7c00-7000-8000-000000000002".into(),
            lines: vec![TaxAmount {
                id: "A".into(),
                taxable: Money::new(3219, Currency::USD),
                tax: Money::new(266, Currency::USD),
            }],
        }
    }
}

/// The tax that was taken back for a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaxReversal {
    /// The tax system's number of it, kind `tax-reversal`.
    pub reference: ExternalRef,
    /// The document it takes back from.
    pub document: String,
    /// Our reference of the return, the natural key of the reversal.
    pub return_reference: String,
    /// The tax of each line, as it was taken back.
    pub lines: Vec<TaxAmount>,
    /// The tax of all lines.
    pub total: Money,
    /// When the engine took it back.
    pub reversed_at: Timestamp,
}
