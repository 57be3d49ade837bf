//! Who buys, and where it goes.

use crate::{Refusal, Violation};
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// A customer, by the golden id of the customer system.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "cust-ada", min_length = 1, max_length = 64)]
pub struct CustomerId(pub Arc<str>);

/// A member of a loyalty programme, by the number on the card.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "member-ada", min_length = 1, max_length = 64)]
pub struct MemberId(pub Arc<str>);

/// A postal address, with what tax needs of it.
///
/// What a country does not have is left out: Germany has no region in its addresses, Hong Kong no
/// postal code. Shop platforms send such a member as `null` or as an empty text; both read as left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Address {
    /// The country, as ISO 3166-1 alpha-2.
    #[schema(example = "US", pattern = "^[A-Z]{2}$")]
    pub country: String,
    /// ISO 3166-2 subdivision without the country, `TX`; required where sales tax goes by it.
    #[serde(
        default,
        deserialize_with = "filled",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(example = "TX", max_length = 8)]
    pub region: Option<String>,
    /// The postal code as the country writes it, where it has one.
    #[serde(
        default,
        deserialize_with = "filled",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(example = "78701", max_length = 16)]
    pub postal_code: Option<String>,
    /// The city or town, as it stands on the label.
    #[schema(example = "Austin", max_length = 100)]
    pub city: String,
    /// Street and number, one line each.
    #[schema(max_items = 4)]
    pub lines: Vec<String>,
}

/// Countries whose sales tax is set by states or provinces: no tax is known without the region.
const TAXED_BY_REGION: [&str; 4] = ["BR", "CA", "IN", "US"];

impl Address {
    /// Refuses an address that nothing can be taxed at; `pointer` says where in the request it stands.
    pub fn check(&self, pointer: &str) -> Result<(), Refusal> {
        if self.region.is_some() || !TAXED_BY_REGION.contains(&self.country.as_str()) {
            return Ok(());
        }
        let detail = format!(
            "is required in {}: the ISO 3166-2 code of the state or province, without the country",
            self.country
        );
        let pointer = format!("{pointer}/region");
        let mut refusal = Refusal::new("validation_failed", format!("{pointer} {detail}"));
        refusal.errors.push(Violation { pointer, detail });
        Err(refusal)
    }
}

/// A member that counts as left out when it is null or holds nothing but blanks.
fn filled<'de, D: Deserializer<'de>>(text: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(text)?;
    Ok(text.filter(|text| !text.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn address(members: &serde_json::Value) -> Address {
        let mut address = json!({"country": "DE", "city": "Berlin", "lines": ["Teststr. 1"]});
        for (name, value) in members.as_object().unwrap() {
            address[name] = value.clone();
        }
        serde_json::from_value(address).unwrap()
    }

    #[test]
    fn what_a_country_does_not_have_may_be_left_out_or_empty_or_null() {
        for members in [
            json!({}),
            json!({"region": null, "postalCode": null}),
            json!({"region": "", "postalCode": " "}),
        ] {
            let address = address(&members);
            assert_eq!((&address.region, &address.postal_code), (&None, &None));
            assert!(address.check("/shipTo").is_ok());
        }
    }

    #[test]
    fn where_tax_goes_by_state_the_state_is_asked_for() {
        for country in ["US", "CA"] {
            let without = address(&json!({ "country": country }));
            let refusal = without.check("/shipTo").unwrap_err();
            assert_eq!(&*refusal.errors[0].pointer, "/shipTo/region");
            let with = address(&json!({ "country": country, "region": "TX" }));
            assert!(with.check("/shipTo").is_ok());
        }
    }
}
