//! How the buyers of the fill are found by e-mail and phone: by hashes that only the installation's secret makes.

use crate::growth::sample::{email, phone};
use crossdock_model::Tenant;
use proc_order::LookupKey;
use std::collections::HashMap;
use std::fmt;
use std::path::Path;

/// The retailer that sells in every bench.
const TENANT: &str = "acme";

/// What an order's buyer is reached by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contact {
    Email,
    Phone,
}

/// The installation's secret for what is found by e-mail and phone.
pub(crate) struct Buyers {
    key: LookupKey,
    tenant: Tenant,
}

impl Buyers {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self {
            key: LookupKey::new(secret),
            tenant: Tenant::from(TENANT),
        }
    }

    /// Of the installation whose data is in that folder.
    pub(crate) fn of(folder: &Path) -> Result<Self, String> {
        let file = folder.join("lookup.key");
        let secret = std::fs::read_to_string(&file);
        let secret = secret.map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(Self::new(secret.trim().as_bytes()))
    }

    /// The retailer that they buy from.
    pub(crate) fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// The hash that the order with that number is found by.
    pub(crate) fn hash(&self, contact: Contact, order: u64) -> String {
        let key = match contact {
            Contact::Email => self.key.email(&self.tenant, &email(order)),
            Contact::Phone => self.key.phone(&self.tenant, &phone(order)),
        };
        key.value
    }

    /// Every hash of the orders before that number, with what it is of.
    pub(crate) fn hashes(&self, orders: u64) -> HashMap<String, (Contact, u64)> {
        let contacts = [Contact::Email, Contact::Phone];
        let of = |n| contacts.map(|contact| (self.hash(contact, n), (contact, n)));
        (0..orders).flat_map(of).collect()
    }
}

impl fmt::Debug for Buyers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Buyers")
    }
}
