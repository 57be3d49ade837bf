//! What the CRM reads and answers.

use crossdock_model::Timestamp;
use serde::{Deserialize, Serialize};

/// What is known about a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) full_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) card: Option<String>,
    #[serde(default)]
    pub(crate) addresses: Vec<Place>,
}

/// A place, with what the person calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) label: String,
    pub(crate) country: String,
    pub(crate) state: String,
    pub(crate) zip: String,
    pub(crate) city: String,
    pub(crate) street: Vec<String>,
}

/// A decision about a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    pub(crate) purpose: String,
    pub(crate) granted: bool,
    pub(crate) at: Timestamp,
}

/// A person as the API answers them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) revision: u32,
    pub(crate) profile: Profile,
    pub(crate) choices: Vec<Choice>,
}

/// The body of a registration; the reference makes a second one answer the first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    pub(crate) external_ref: String,
    pub(crate) profile: Profile,
    #[serde(default)]
    pub(crate) choices: Vec<Choice>,
}

/// A new revision of a profile, on top of the one that was read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revise {
    pub(crate) on_revision: u32,
    pub(crate) profile: Profile,
    #[serde(default)]
    pub(crate) choices: Vec<Choice>,
}

/// The one attribute that a search looks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    pub(crate) field: Field,
    pub(crate) value: String,
}

/// What people can be found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Field {
    Email,
    Phone,
    Card,
}

impl Field {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Card => "card",
        }
    }
}

/// The result of a search, nobody included.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct People {
    pub(crate) people: Vec<Person>,
}

/// Into whom a person is merged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merge {
    pub(crate) into: String,
}

/// A registration by its reference.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByReference {
    pub(crate) external_ref: String,
}

/// A value as it is compared: e-mail addresses and cards without case, phones by their digits.
pub(crate) fn comparable(field: Field, value: &str) -> String {
    match field {
        Field::Email | Field::Card => value.trim().to_lowercase(),
        Field::Phone => value.chars().filter(char::is_ascii_digit).collect(),
    }
}
