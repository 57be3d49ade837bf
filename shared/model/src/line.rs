//! What is sold, how many, and which single unit of it.

use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;
use utoipa::ToSchema;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as it is written on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
                if text.is_empty() || text.len() > 64 || !printable {
                    return Err(format!("'{text}' is no {}: write 1 to 64 visible ASCII characters", $what));
                }
                Ok(Self(text.into()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(from)?.parse().map_err(de::Error::custom)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .min_length(Some(1))
                    .max_length(Some(64))
                    .pattern(Some("^[!-~]+$"))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    };
}

text_id! {
    /// A stock keeping unit, as the item master names it.
    Sku, "SKU"
}
text_id! {
    /// A line of an order, unique in that order.
    LineId, "line id"
}
text_id! {
    /// A place that holds stock: a store or a warehouse.
    LocationId, "location"
}

/// How many discrete units: from 1 to 10,000.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(try_from = "u32", into = "u32")]
#[schema(value_type = u32, minimum = 1, maximum = 10_000, example = 2)]
pub struct Quantity(NonZeroU32);

impl Quantity {
    /// The largest quantity there is: as many units as one order may have.
    pub const MOST: u32 = 10_000;

    /// The smallest quantity there is.
    pub const ONE: Self = Self(NonZeroU32::MIN);

    /// A quantity of that many; none for zero, or for more than [`Quantity::MOST`].
    pub fn new(count: u32) -> Option<Self> {
        NonZeroU32::new(count)
            .filter(|count| count.get() <= Self::MOST)
            .map(Self)
    }

    /// The number of units, never zero.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl TryFrom<u32> for Quantity {
    type Error = String;

    fn try_from(count: u32) -> Result<Self, String> {
        Self::new(count).ok_or_else(|| format!("{count} is no quantity: write 1 to {}", Self::MOST))
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.get()
    }
}

/// One unit of a line, `A#2`: what is shipped, returned and refunded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitId {
    /// The line it was sold on.
    pub line: LineId,
    /// Its number within the line, from 1.
    pub number: u32,
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.line, self.number)
    }
}

impl FromStr for UnitId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is no unit id: write line#number, as in A#1");
        let (line, number) = text.rsplit_once('#').ok_or_else(wrong)?;
        let number: NonZeroU32 = number.parse().map_err(|_not_a_number| wrong())?;
        Ok(Self {
            line: line.parse()?,
            number: number.get(),
        })
    }
}

impl Serialize for UnitId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UnitId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(from)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for UnitId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .pattern(Some("^[!-~]{1,64}#[1-9][0-9]*$"))
            .into()
    }
}

impl ToSchema for UnitId {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("UnitId")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_id_reads_as_it_is_written() {
        let unit: UnitId = "A#2".parse().unwrap();
        assert_eq!((unit.line.as_str(), unit.number), ("A", 2));
        assert_eq!(unit.to_string(), "A#2");
        assert!("A#0".parse::<UnitId>().is_err());
        assert!("A".parse::<UnitId>().is_err());
    }

    #[test]
    fn a_sku_with_a_space_is_refused() {
        assert!(serde_json::from_str::<Sku>("\"two words\"").is_err());
    }

    #[test]
    fn a_quantity_is_a_whole_number_from_1_to_10_000() {
        assert_eq!(
            serde_json::from_str::<Quantity>("1").unwrap(),
            Quantity::ONE
        );
        let most: Quantity = serde_json::from_str("10000").unwrap();
        assert_eq!(most.get(), Quantity::MOST);
        assert!(serde_json::from_str::<Quantity>("10001").is_err());
        assert!(serde_json::from_str::<Quantity>("0").is_err());
        assert!(serde_json::from_str::<Quantity>("1.5").is_err());
        assert!(serde_json::from_str::<Quantity>("-1").is_err());
    }
}
