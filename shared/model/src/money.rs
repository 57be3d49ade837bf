//! Money as whole minor units of one currency: exact, checked, never a float.

use crate::Currency;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// An amount in the minor units of its currency (ISO 4217 exponents: JPY 0, USD 2, KWD 3).
///
/// On the wire `{"amount": "96.47", "currency": "USD"}`: a decimal string with exactly the
/// currency's decimals, so no reader can round it by accident.
///
/// ```
/// use crossdock_model::{Currency, Money};
/// let price = Money::parse("96.47", Currency::USD).unwrap();
/// assert_eq!(price.minor, 9647);
/// assert_eq!(price.to_string(), "96.47 USD");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Wire<'_>", into = "Wire<'static>")]
pub struct Money {
    /// Whole minor units; negative only in differences, never in a price.
    pub minor: i64,
    /// The ISO 4217 currency.
    pub currency: Currency,
}

/// Why an amount could not be read or two amounts could not be combined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies met in one sum.
    #[error("cannot combine {0} with {1}: one order has one currency")]
    Currencies(Currency, Currency),
    /// The result does not fit 64 bits of minor units.
    #[error("amount is out of range")]
    Overflow,
    /// Not a decimal number with the currency's decimals.
    #[error(
        "'{amount}' is not an amount of {currency}: write digits with exactly {decimals} decimals"
    )]
    Amount {
        /// The text that is no amount.
        amount: String,
        /// The currency it was to be read in.
        currency: Currency,
        /// How many decimals that currency has.
        decimals: u32,
    },
    /// Not an ISO 4217 code.
    #[error("'{0}' is not an ISO 4217 currency code")]
    Currency(String),
}

impl Money {
    /// An amount of whole minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Zero, in that currency.
    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Reads a decimal string with at most the currency's decimals.
    pub fn parse(amount: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Amount {
            amount: amount.to_owned(),
            currency,
            decimals: currency.decimals(),
        };
        let (negative, digits) = match amount.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, amount),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let too_fine = fraction.len() > currency.decimals() as usize;
        let dangling = digits.ends_with('.') || whole.is_empty();
        if dangling || too_fine || !plain(whole) || !plain(fraction) {
            return Err(wrong());
        }
        let padded = format!(
            "{whole}{fraction:0<width$}",
            width = currency.decimals() as usize
        );
        let minor = i64::from_str(&padded).map_err(|_too_long| MoneyError::Overflow)?;
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The sum, or why there is none.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_add)
    }

    /// The difference, or why there is none.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.combine(other, i64::checked_sub)
    }

    /// This amount that many times.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let minor = self
            .minor
            .checked_mul(i64::from(count))
            .ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// This amount by `numerator / denominator`, rounded half away from zero.
    pub fn ratio(self, numerator: i64, denominator: i64) -> Result<Self, MoneyError> {
        let product = i128::from(self.minor) * i128::from(numerator);
        let minor = crate::split::round_half_away(product, i128::from(denominator))
            .ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }

    /// The sum of many amounts of one currency; nothing sums to zero.
    pub fn sum(
        currency: Currency,
        amounts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyError> {
        let mut total = Self::zero(currency);
        for amount in amounts {
            total = total.plus(amount)?;
        }
        Ok(total)
    }

    /// The decimal string of the wire form, `96.47`.
    pub fn amount(&self) -> String {
        let decimals = self.currency.decimals() as usize;
        let digits = format!(
            "{:0>width$}",
            self.minor.unsigned_abs(),
            width = decimals + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction}")
        }
    }

    /// Whether the amount is zero.
    pub fn is_zero(&self) -> bool {
        self.minor == 0
    }

    /// Whether it is less than nothing.
    pub fn is_negative(&self) -> bool {
        self.minor < 0
    }

    fn combine(self, other: Self, by: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let minor = by(self.minor, other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self::new(minor, self.currency))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency.code())
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    #[serde(borrow)]
    amount: Cow<'a, str>,
    #[serde(borrow)]
    currency: Cow<'a, str>,
}

impl TryFrom<Wire<'_>> for Money {
    type Error = MoneyError;

    fn try_from(wire: Wire<'_>) -> Result<Self, MoneyError> {
        let currency = Currency::from_code(&wire.currency)
            .ok_or_else(|| MoneyError::Currency(wire.currency.clone().into_owned()))?;
        Self::parse(&wire.amount, currency)
    }
}

impl From<Money> for Wire<'static> {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount().into(),
            currency: money.currency.code().into(),
        }
    }
}

/// An amount of money as a decimal string with its ISO 4217 currency.
#[derive(ToSchema)]
#[schema(as = Money, example = json!({"amount": "96.47", "currency": "USD"}))]
#[expect(
    dead_code,
    reason = "only its schema is used; the wire form itself borrows"
)]
struct MoneySchema {
    /// Decimal string with the currency's decimals.
    #[schema(pattern = r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$", max_length = 24)]
    amount: String,
    /// The currency, as its ISO 4217 code.
    #[schema(pattern = "^[A-Z]{3}$", min_length = 3, max_length = 3)]
    currency: String,
}

impl PartialSchema for Money {
    fn schema() -> RefOr<Schema> {
        closed(MoneySchema::schema())
    }
}

impl ToSchema for Money {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Money")
    }
}

/// The same object schema with `additionalProperties: false`.
fn closed(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.additional_properties = Some(Box::new(
                utoipa::openapi::schema::AdditionalProperties::FreeForm(false),
            ));
            RefOr::T(Schema::Object(object))
        }
        other @ (RefOr::Ref(_) | RefOr::T(_)) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        assert_eq!(Money::new(5, Currency::USD).amount(), "0.05");
        assert_eq!(Money::new(-9647, Currency::USD).amount(), "-96.47");
        assert_eq!(Money::new(1200, Currency::JPY).amount(), "1200");
        assert_eq!(Money::new(1, Currency::KWD).amount(), "0.001");
    }

    #[test]
    fn an_amount_finer_than_its_currency_is_refused() {
        assert!(Money::parse("1.005", Currency::USD).is_err());
        assert!(Money::parse("1.5", Currency::JPY).is_err());
        assert!(Money::parse("1e3", Currency::USD).is_err());
        assert_eq!(Money::parse("1.5", Currency::USD).unwrap().minor, 150);
    }

    #[test]
    fn the_wire_form_survives_a_round_trip() {
        let money = Money::new(9647, Currency::USD);
        let text = serde_json::to_string(&money).unwrap();
        assert_eq!(text, r#"{"amount":"96.47","currency":"USD"}"#);
        assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), money);
        assert!(serde_json::from_str::<Money>(r#"{"amount":"1","currency":"USD","x":1}"#).is_err());
    }

    #[test]
    fn two_currencies_never_mix() {
        let sum = Money::new(1, Currency::USD).plus(Money::new(1, Currency::EUR));
        assert_eq!(
            sum,
            Err(MoneyError::Currencies(Currency::USD, Currency::EUR))
        );
    }
}
