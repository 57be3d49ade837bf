//! Amounts of a request, added up so that neither the sum nor any balance can overflow.

use crate::VendorError;

/// The most minor units or points that one request may book: the sums of millions of them fit 64 bits.
pub const LARGEST_AMOUNT: i64 = 1_000_000_000_000;

/// The sum of amounts from zero; `what` names it in words, in the plural.
///
/// Refused as `amount_too_large` where it, or a part of it, is beyond [`LARGEST_AMOUNT`].
pub fn total(what: &str, amounts: impl IntoIterator<Item = i64>) -> Result<i64, VendorError> {
    let mut sum = 0_i64;
    for amount in amounts {
        sum = sum
            .checked_add(amount)
            .filter(|sum| *sum <= LARGEST_AMOUNT)
            .ok_or_else(|| too_large(what))?;
    }
    Ok(sum)
}

/// The refusal of an amount that no book takes.
pub fn too_large(what: &str) -> VendorError {
    let message =
        format!("{what} are over {LARGEST_AMOUNT} in all: split the request, or correct them");
    VendorError::unprocessable("amount_too_large", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_exact_or_refused_and_never_wraps() {
        assert_eq!(total("the points", [64, 20]), Ok(84));
        assert_eq!(total("the points", [LARGEST_AMOUNT]), Ok(LARGEST_AMOUNT));
        for amounts in [
            vec![LARGEST_AMOUNT, 1],
            vec![i64::MAX, i64::MAX],
            vec![i64::MAX],
        ] {
            assert_eq!(total("the points", amounts), Err(too_large("the points")));
        }
    }
}
