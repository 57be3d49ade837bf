//! Who the CRM knows from the start.

use crate::people::{erase_now, insert, keep};
use crate::wire::{Place, Profile};
use crossdock_books::{Outcome, Tx};
use rusqlite::params;
use serde::{Deserialize, Serialize};

/// The people of a new book.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Seed {
    /// Each with an id of its own.
    pub people: Vec<PersonSeed>,
}

/// A person from the start.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PersonSeed {
    /// The retailer's account at the CRM: the tenant.
    pub account: String,
    /// The id by which every system of the shop knows them.
    pub id: String,
    /// The full name, as it is written on a parcel.
    pub name: String,
    /// The e-mail address, by which they can be searched for.
    #[serde(default)]
    pub email: Option<String>,
    /// The phone number, by which they can be searched for.
    #[serde(default)]
    pub phone: Option<String>,
    /// The number of the loyalty card, by which they can be searched for.
    #[serde(default)]
    pub card: Option<String>,
    /// ISO 3166-2 subdivision of the United States that they live in, with post code and city.
    #[serde(default)]
    pub home: Option<(String, String, String)>,
    /// Whether they asked to be forgotten.
    #[serde(default)]
    pub erased: bool,
}

impl Seed {
    /// The demo's people: two members, two who share a phone, one who was erased.
    pub fn demo() -> Self {
        let person = |id: &str, name: &str, phone: &str, card: Option<&str>| PersonSeed {
            account: "acme".into(),
            id: id.into(),
            name: name.into(),
            email: Some(format!(
                "{}@example.com",
                name.split(' ').next().unwrap_or("x").to_lowercase()
            )),
            phone: Some(phone.into()),
            card: card.map(str::to_owned),
            home: None,
            erased: false,
        };
        let home =
            |region: &str, zip: &str, city: &str| Some((region.into(), zip.into(), city.into()));
        let ada = PersonSeed {
            home: home("TX", "78701", "Austin"),
            ..person(
                "cust-ada",
                "Ada Park",
                "+1 512 555 0101",
                Some("member-ada"),
            )
        };
        let bob = PersonSeed {
            home: home("NY", "10012", "New York"),
            ..person(
                "cust-bob",
                "Bob Stone",
                "+1 212 555 0102",
                Some("member-bob"),
            )
        };
        let cleo = person("cust-cleo", "Cleo Moss", "+1 312 555 0103", None);
        let carl = person("cust-carl", "Carl Moss", "+1 312 555 0103", None);
        let gone = PersonSeed {
            erased: true,
            ..person("cust-gone", "Gone", "+1 415 555 0104", None)
        };
        Self {
            people: vec![ada, bob, cleo, carl, gone],
        }
    }
}

/// Adds a person, unless the books know them already.
pub(crate) fn add(tx: &Tx<'_>, person: &PersonSeed) -> Outcome<()> {
    let known: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM person WHERE account = ?1 AND id = ?2)")?
        .query_row(params![person.account, person.id], |row| row.get(0))?;
    if known {
        return Ok(());
    }
    let home = person.home.iter().map(|(state, zip, city)| Place {
        label: "home".into(),
        country: "US".into(),
        state: state.clone(),
        zip: zip.clone(),
        city: city.clone(),
        street: vec!["1 Main Street".into()],
    });
    let profile = Profile {
        full_name: person.name.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        card: person.card.clone(),
        addresses: home.collect(),
    };
    insert(tx, &person.account, &person.id, None, "")?;
    keep(tx, &person.account, &person.id, 1, &profile, &[])?;
    if person.erased {
        erase_now(tx, &person.account, &person.id)?;
    }
    Ok(())
}
