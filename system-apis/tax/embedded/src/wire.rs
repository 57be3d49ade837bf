//! What the engine's API reads and answers, as its developers' page would list it.

use crossdock_books::{VendorError, total};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where goods leave from or go to; the rest of the address is of no use here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) country: String,
    pub(crate) region: String,
    #[expect(
        dead_code,
        reason = "rates are by region; the code is read for completeness"
    )]
    pub(crate) postal_code: String,
}

/// The body of `POST /v1/calculations`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCalculation {
    pub(crate) company: String,
    pub(crate) currency: String,
    #[expect(dead_code, reason = "every demo rate is by destination")]
    pub(crate) ship_from: Place,
    pub(crate) ship_to: Place,
    pub(crate) lines: Vec<NewLine>,
}

/// One line to be taxed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLine {
    pub(crate) number: String,
    pub(crate) tax_code: String,
    pub(crate) amount: i64,
}

/// A calculation as it is answered and kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Calculation {
    pub(crate) id: String,
    pub(crate) currency: String,
    pub(crate) expires: i64,
    pub(crate) lines: Vec<CalculatedLine>,
    pub(crate) total: i64,
}

/// The tax of one line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CalculatedLine {
    pub(crate) number: String,
    pub(crate) rate_millionths: i64,
    pub(crate) tax: i64,
}

/// The query of `GET /v1/calculations`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ById {
    pub(crate) company: String,
    pub(crate) id: String,
}

/// A line of a transaction or of its refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) number: String,
    pub(crate) amount: i64,
    pub(crate) tax: i64,
}

/// The body of `POST /v1/transactions`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTransaction {
    pub(crate) company: String,
    pub(crate) code: String,
    pub(crate) order_number: String,
    pub(crate) currency: String,
    pub(crate) lines: Vec<Line>,
}

/// A transaction: tax that is owed.
#[derive(Debug, Serialize)]
pub(crate) struct Transaction {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) order_number: String,
    pub(crate) currency: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) tax: i64,
    pub(crate) refunded: i64,
    pub(crate) created: i64,
}

/// The query of `GET /v1/transactions`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByCode {
    pub(crate) company: String,
    pub(crate) code: String,
}

/// The body of `POST /v1/refunds`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRefund {
    pub(crate) company: String,
    pub(crate) transaction_code: String,
    pub(crate) code: String,
    pub(crate) currency: String,
    pub(crate) lines: Vec<Line>,
}

/// A refund: tax that was taken back.
#[derive(Debug, Serialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) transaction_code: String,
    pub(crate) code: String,
    pub(crate) currency: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) tax: i64,
    pub(crate) created: i64,
}

/// The query of `GET /v1/refunds`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByRefundCode {
    pub(crate) company: String,
    pub(crate) transaction_code: String,
    pub(crate) code: String,
}

/// Lines that can be kept: some, each once, nothing negative; answers their tax.
pub(crate) fn check_lines(lines: &[Line]) -> Result<i64, VendorError> {
    let wrong = |message: &str| VendorError::unprocessable("lines_invalid", message);
    let numbers: BTreeSet<&str> = lines.iter().map(|line| &*line.number).collect();
    if lines.is_empty() || numbers.len() < lines.len() {
        return Err(wrong("send at least one line, each number once"));
    }
    if lines.iter().any(|line| line.amount < 0 || line.tax < 0) {
        return Err(wrong("amounts and taxes are minor units from 0"));
    }
    total("the amounts", lines.iter().map(|line| line.amount))?;
    total("the taxes", lines.iter().map(|line| line.tax))
}
