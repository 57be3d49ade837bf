//! The embedded CRM, over its own HTTP API.

use crate::port::{Abilities, CustomerBackend};
use async_trait::async_trait;
use crossdock_model::{Address, CustomerId, Delivery, Fault, MemberId, Tenant, Timestamp};
use crossdock_outbound::{Ability, EndpointError, Lookup, Reply, optional};
use crossdock_settings::Faults;
use crossdock_system::{
    ConnectorContext, EmbeddedError, EmbeddedSettings, Vendor, foreign_error, with_delivery_key,
    with_query,
};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use sys_customer_contract::{
    Consent, Customer, KnownAddress, NewCustomer, Resolve, UpdateCustomer,
};

/// The adapter to the embedded CRM.
#[derive(Debug)]
pub(crate) struct EmbeddedCustomer {
    vendor: Vendor,
}

impl EmbeddedCustomer {
    pub(crate) fn connect(
        settings: &EmbeddedSettings,
        connector: &ConnectorContext<'_>,
    ) -> Result<Self, Faults> {
        Ok(Self {
            vendor: settings.vendor(connector)?,
        })
    }

    async fn person(&self, tenant: &Tenant, path: &str) -> Result<Person, Fault> {
        let path = format!("{}{path}", people(tenant));
        answer(self.vendor.get(path).send().await)
    }

    async fn write(
        &self,
        delivery: &Delivery,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Customer, Fault> {
        let path = format!("{}{path}", people(&delivery.context.caller.tenant));
        let sending = with_delivery_key(self.vendor.post(path), delivery).json(body);
        Ok(self.known(answer(sending.send().await)?))
    }

    fn known(&self, person: Person) -> Customer {
        let Person {
            id,
            revision,
            profile,
            choices,
        } = person;
        Customer {
            reference: self.vendor.reference("person", id.clone()),
            id: CustomerId(id.into()),
            version: revision,
            name: profile.full_name,
            email: profile.email,
            phone: profile.phone,
            addresses: profile.addresses.into_iter().map(known_address).collect(),
            member: profile.card.map(|card| MemberId(card.into())),
            consents: choices
                .into_iter()
                .map(|choice| Consent {
                    purpose: choice.purpose,
                    granted: choice.granted,
                    at: choice.at,
                })
                .collect(),
        }
    }
}

#[async_trait]
impl CustomerBackend for EmbeddedCustomer {
    fn abilities(&self) -> Abilities {
        Abilities {
            create: Ability::NaturalKey,
            update: Ability::Probe {
                settles_in: Duration::ZERO,
            },
        }
    }

    async fn resolve(&self, tenant: &Tenant, ask: &Resolve) -> Result<Customer, Fault> {
        let (field, value) = match ask {
            Resolve::Id(id) => return self.customer(tenant, id).await,
            Resolve::Email(value) => ("email", value),
            Resolve::Phone(value) => ("phone", value),
            Resolve::LoyaltyCard(value) => ("card", value),
        };
        let sending = self.vendor.post(format!("{}/search", people(tenant)));
        let search = json!({"field": field, "value": value});
        let found: Found = answer(sending.json(&search).send().await)?;
        let mut found = found.people.into_iter();
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(self.known(only)),
            (None, _) => Err(Fault::refused(
                "not_found",
                format!("nobody has that {field}"),
            )),
            (Some(_), Some(_)) => Err(Fault::refused(
                "customer_ambiguous",
                format!(
                    "more than one customer has that {field}: ask for another way to tell them apart"
                ),
            )),
        }
    }

    async fn customer(&self, tenant: &Tenant, id: &CustomerId) -> Result<Customer, Fault> {
        self.person(tenant, &one(id))
            .await
            .map(|person| self.known(person))
    }

    async fn create(&self, delivery: &Delivery, new: &NewCustomer) -> Result<Customer, Fault> {
        let profile = Profile {
            full_name: new.name.clone(),
            email: new.email.clone(),
            phone: new.phone.clone(),
            card: new.member.as_ref().map(|member| member.0.to_string()),
            addresses: new.addresses.iter().map(place).collect(),
        };
        let choices: Vec<Choice> = new.consents.iter().map(choice).collect();
        let body = json!({"external_ref": new.reference, "profile": profile, "choices": choices});
        self.write(delivery, "", &body).await
    }

    async fn created(&self, tenant: &Tenant, reference: &str) -> Lookup<Customer> {
        let query = with_query("", &[("external_ref", reference)]);
        let person = optional(self.person(tenant, &query).await)?;
        Ok(person.map(|person| self.known(person)))
    }

    async fn update(
        &self,
        delivery: &Delivery,
        update: &UpdateCustomer,
    ) -> Result<Customer, Fault> {
        let tenant = &delivery.context.caller.tenant;
        let before = self.person(tenant, &one(&update.id)).await?;
        let choices: Vec<Choice> = update.consents.iter().map(choice).collect();
        let body = json!({
            "on_revision": update.expected_version,
            "profile": revised(before.profile, update),
            "choices": choices,
        });
        self.write(delivery, &format!("{}/revisions", one(&update.id)), &body)
            .await
    }

    async fn updated(&self, tenant: &Tenant, update: &UpdateCustomer) -> Lookup<Customer> {
        let now = self.person(tenant, &one(&update.id)).await?;
        let is_next = now.revision == update.expected_version + 1;
        let is_this = revised(now.profile.clone(), update) == now.profile;
        Ok((is_next && is_this).then(|| self.known(now)))
    }
}

/// The profile with what the update changes.
fn revised(before: Profile, update: &UpdateCustomer) -> Profile {
    Profile {
        full_name: update.name.clone().unwrap_or(before.full_name),
        email: update.email.clone().or(before.email),
        phone: update.phone.clone().or(before.phone),
        card: before.card,
        addresses: match &update.addresses {
            Some(addresses) => addresses.iter().map(place).collect(),
            None => before.addresses,
        },
    }
}

/// The path of one person, whatever characters the id has.
fn one(id: &CustomerId) -> String {
    let id: String = url::form_urlencoded::byte_serialize(id.0.as_bytes()).collect();
    format!("/{id}")
}

fn people(tenant: &Tenant) -> String {
    format!("/crm/v2/{tenant}/people")
}

#[derive(Debug, Deserialize)]
struct Found {
    people: Vec<Person>,
}

#[derive(Debug, Deserialize)]
struct Person {
    id: String,
    revision: u32,
    profile: Profile,
    choices: Vec<Choice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Profile {
    full_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    card: Option<String>,
    #[serde(default)]
    addresses: Vec<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    label: String,
    country: String,
    state: String,
    zip: String,
    city: String,
    street: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Choice {
    purpose: String,
    granted: bool,
    at: Timestamp,
}

fn choice(consent: &Consent) -> Choice {
    Choice {
        purpose: consent.purpose.clone(),
        granted: consent.granted,
        at: consent.at,
    }
}

fn place(known: &KnownAddress) -> Place {
    let Address {
        country,
        region,
        postal_code,
        city,
        lines,
    } = known.address.clone();
    Place {
        label: known.label.clone(),
        country,
        state: region.unwrap_or_default(),
        zip: postal_code.unwrap_or_default(),
        city,
        street: lines,
    }
}

fn known_address(place: Place) -> KnownAddress {
    let Place {
        label,
        country,
        state,
        zip,
        city,
        street,
    } = place;
    let address = Address {
        country,
        region: filled(state),
        postal_code: filled(zip),
        city,
        lines: street,
    };
    KnownAddress { label, address }
}

/// The vendor keeps an empty text where a country has no such member.
fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The vendor's answer, or its error by what the caller can do.
fn answer<T: DeserializeOwned>(sent: Result<Reply, EndpointError>) -> Result<T, Fault> {
    let reply = sent?;
    if reply.status.is_success() {
        return reply.json();
    }
    let error: Option<EmbeddedError> = EmbeddedError::read(&reply);
    let Some(EmbeddedError { code, message, .. }) = error else {
        return Err(foreign_error(&reply, "the CRM"));
    };
    let why = format!("the CRM answered {}: {message}", reply.status.as_u16());
    Err(match (reply.status, code.as_str()) {
        (StatusCode::UNAUTHORIZED, _) => Fault::Misconfigured { why },
        (StatusCode::TOO_MANY_REQUESTS, _) => Fault::Retry {
            after: reply.retry_after(),
            why,
        },
        (StatusCode::NOT_FOUND, _) => Fault::refused("not_found", "there is no such customer"),
        (StatusCode::GONE, _) => Fault::refused("gone", "the customer was erased"),
        (_, "reference_taken") => Fault::refused("reference_reused", message),
        (_, "stale_revision") => Fault::refused("version_conflict", message),
        (status, _) if status.is_client_error() => Fault::refused("validation_failed", message),
        _server_error => Fault::Unknown { why },
    })
}
