//! Minor units or points added up in 64 bits, or refused.

use crate::{MoneyError, Refusal};

/// The sum of `parts`, or the refusal that says which sum does not fit and what to do.
///
/// ```
/// use crossdock_model::checked_total;
/// assert_eq!(checked_total("the taxes", [266, 265]).unwrap(), 531);
/// assert_eq!(checked_total("the taxes", [i64::MAX, 1]).unwrap_err().code, "amount_too_large");
/// ```
pub fn checked_total(what: &str, parts: impl IntoIterator<Item = i64>) -> Result<i64, Refusal> {
    let mut total = 0_i64;
    for part in parts {
        total = total.checked_add(part).ok_or_else(|| too_large(what))?;
    }
    Ok(total)
}

/// The refusal of a sum or product that does not fit; `what` names it in words, in the plural.
pub fn too_large(what: &str) -> Refusal {
    let detail = format!("{what} do not fit 64 bits in all: split the request, or correct them");
    Refusal::new("amount_too_large", detail)
}

/// The refusal of an amount that came out as no amount.
impl From<MoneyError> for Refusal {
    fn from(error: MoneyError) -> Self {
        let code = match error {
            MoneyError::Overflow => "amount_too_large",
            MoneyError::Currencies(..) => "mixed_currencies",
            MoneyError::Amount { .. } | MoneyError::Currency(_) => "amount_mismatch",
        };
        Self::new(code, error.to_string())
    }
}
