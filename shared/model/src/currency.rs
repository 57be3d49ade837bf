//! A currency, as its ISO 4217 code.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::fmt;

/// A currency of ISO 4217; on the wire its three letters.
///
/// The table is that of the crate `iso_currency`. Reading and writing are our own: derived, they would be one arm a currency,
/// compiled anew in every crate that reads an amount.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The US dollar, two decimals.
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// The euro, two decimals.
    pub const EUR: Self = Self(iso_currency::Currency::EUR);
    /// The yen, no decimals.
    pub const JPY: Self = Self(iso_currency::Currency::JPY);
    /// The Kuwaiti dinar, three decimals.
    pub const KWD: Self = Self(iso_currency::Currency::KWD);

    /// The currency with that code of three capital letters.
    pub fn from_code(code: &str) -> Option<Self> {
        iso_currency::Currency::from_code(code).map(Self)
    }

    /// Its code of three capital letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals it has; those without any in the table count as whole units.
    pub fn decimals(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = Cow::<'de, str>::deserialize(from)?;
        let unknown = || format!("'{code}' is not an ISO 4217 currency code");
        Self::from_code(&code).ok_or_else(|| de::Error::custom(unknown()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_the_wire_and_what_is_none_is_named() {
        let read: Currency = serde_json::from_str(r#""KWD""#).unwrap();
        assert_eq!((read, read.decimals()), (Currency::KWD, 3));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#""KWD""#);
        let error = serde_json::from_str::<Currency>(r#""usd""#).unwrap_err();
        assert!(
            error.to_string().contains("'usd' is not an ISO 4217"),
            "{error}"
        );
    }
}
