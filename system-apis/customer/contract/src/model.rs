//! A customer as every tier knows one.

use crossdock_model::{Address, CustomerId, ExternalRef, MemberId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A customer as the customer system knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// The golden id; of the one merged into, where two were found to be one.
    pub id: CustomerId,
    /// The customer system's number, kind `customer`.
    pub reference: ExternalRef,
    /// The version, which rises with every change; an update names the one it was made on.
    pub version: u32,
    /// The full name, as it is written on a parcel.
    #[schema(example = "Ada Park")]
    pub name: String,
    /// The e-mail address, by which they are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The phone number in E.164 form, by which they are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where goods and bills go.
    pub addresses: Vec<KnownAddress>,
    /// The loyalty member, where the customer is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// What the customer agreed to or withdrew, the newest decision of each purpose.
    pub consents: Vec<Consent>,
}

/// An address with what the customer calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct KnownAddress {
    /// What the customer calls it, `home`.
    #[schema(example = "home", min_length = 1, max_length = 64)]
    pub label: String,
    /// The address as a carrier needs it.
    pub address: Address,
}

/// A decision about one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Consent {
    /// The purpose that the data may be used for, `email-marketing`.
    #[schema(example = "email-marketing", min_length = 1, max_length = 64)]
    pub purpose: String,
    /// Whether the customer agreed; false withdraws an earlier consent.
    pub granted: bool,
    /// When it was decided; the newest counts, and a withdrawal beats a grant of the same time.
    pub at: Timestamp,
}

/// What a person is known by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    tag = "by",
    content = "value",
    rename_all = "kebab-case",
    deny_unknown_fields
)]
pub enum Resolve {
    /// The golden id, or that of one merged since.
    Id(CustomerId),
    /// E-mail address, in any case of letters.
    Email(String),
    /// Phone number, however it is spaced.
    Phone(String),
    /// The number on a loyalty card.
    LoyaltyCard(String),
}

/// A customer to be known from now on. Natural key: the reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCustomer {
    /// Our reference of the registration.
    #[schema(min_length = 1, max_length = 128)]
    pub reference: String,
    /// The full name, as it is written on a parcel.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The e-mail address, by which they are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// The phone number in E.164 form, by which they are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 32)]
    pub phone: Option<String>,
    /// Where goods and bills go.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub addresses: Vec<KnownAddress>,
    /// The loyalty member, where the customer is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberId>,
    /// The consents given at the registration.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub consents: Vec<Consent>,
}

/// What is different about a customer; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct UpdateCustomer {
    /// The id of the customer that is changed.
    pub id: CustomerId,
    /// The version that the change was made on.
    #[schema(minimum = 1)]
    pub expected_version: u32,
    /// The new full name; unchanged where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The e-mail address, by which they are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// The phone number in E.164 form, by which they are resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 3, max_length = 32)]
    pub phone: Option<String>,
    /// All addresses from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20)]
    pub addresses: Option<Vec<KnownAddress>>,
    /// Consents given or withdrawn now; earlier ones of other purposes stay.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub consents: Vec<Consent>,
}

impl NewCustomer {
    /// A registration for examples and tests: somebody new in Austin.
    pub fn sample() -> Self {
        Self {
            reference: "reg-1".into(),
            name: "Grace Lee".into(),
            email: Some("grace@example.com".into()),
            phone: Some("+15125550177".into()),
            addresses: vec![KnownAddress {
                label: "home".into(),
                address: Address {
                    country: "US".into(),
                    region: Some("TX".into()),
                    postal_code: Some("78701".into()),
                    city: "Austin".into(),
                    lines: vec!["1 Lake St".into()],
                },
            }],
            member: None,
            consents: Vec::new(),
        }
    }
}

impl UpdateCustomer {
    /// No change yet, on that version.
    pub fn on(id: CustomerId, expected_version: u32) -> Self {
        Self {
            id,
            expected_version,
            name: None,
            email: None,
            phone: None,
            addresses: None,
            consents: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolution_names_what_it_goes_by() {
        let ask = Resolve::LoyaltyCard("member-ada".into());
        let text = serde_json::to_string(&ask).unwrap();
        assert_eq!(text, r#"{"by":"loyalty-card","value":"member-ada"}"#);
        assert_eq!(serde_json::from_str::<Resolve>(&text).unwrap(), ask);
        assert!(
            serde_json::from_str::<Resolve>(r#"{"by":"email","value":"a@b.c","x":1}"#).is_err()
        );
    }

    #[test]
    fn what_an_update_leaves_out_stays_out() {
        let update = UpdateCustomer::on(CustomerId("cust-ada".into()), 3);
        let text = serde_json::to_string(&update).unwrap();
        assert_eq!(
            text,
            r#"{"id":"cust-ada","expectedVersion":3,"consents":[]}"#
        );
    }
}
