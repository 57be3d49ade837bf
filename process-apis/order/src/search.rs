//! What an order is found by: the search keys of its record, personal ones only as keyed hashes.
//!
//! Every key is written by a commit that writes the order anyway: what came in with the order when it is
//! stored, the provider's references and what left with the pivot and the shipment. So a look-up is never
//! behind, and costs no write of its own.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use crossdock_model::{
    CustomerId, ExternalRef, LocationId, MemberId, Sku, Tenant, Timestamp, utc_day,
};
use crossdock_store::SearchKey;
use data_encoding::BASE64URL_NOPAD;
use proc_order_contract::{CapturedTender, Contact, Order, ShippedItem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

const CHANNEL_REF: &str = "channel-ref";
const CUSTOMER: &str = "customer";
const MEMBER: &str = "member";
const PAYMENT: &str = "payment";
const ITEM: &str = "item";
const EMAIL: &str = "email";
const PHONE: &str = "phone";
const TENDER: &str = "tender";

/// The secret that personal search keys are hashed with, for as long as the installation lives.
#[derive(Clone)]
pub struct LookupKey(hmac::Key);

impl LookupKey {
    /// From at least 32 bytes that every process of the order API shares.
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, secret))
    }

    /// HMAC-SHA-256 under tenant and name, its first half: what one tenant or name hashes to says nothing about another's.
    fn hash(&self, tenant: &Tenant, name: &str, value: &str) -> String {
        let mut signing = hmac::Context::with_key(&self.0);
        for part in [tenant.as_str(), name, value] {
            signing.update(&(part.len() as u64).to_be_bytes());
            signing.update(part.as_bytes());
        }
        let tag = signing.sign();
        let half = tag.as_ref().get(..16).unwrap_or_default();
        BASE64URL_NOPAD.encode(half)
    }

    /// The key of an e-mail address, in whatever case it is written.
    pub fn email(&self, tenant: &Tenant, email: &str) -> SearchKey {
        let email = email.trim().to_lowercase();
        SearchKey::new(EMAIL, self.hash(tenant, EMAIL, &email))
    }

    /// The key of a phone number, by its digits.
    pub fn phone(&self, tenant: &Tenant, phone: &str) -> SearchKey {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        SearchKey::new(PHONE, self.hash(tenant, PHONE, &digits))
    }

    /// The key of a payment's reference as a channel sent it: what stands in it is the channel's to say.
    pub(crate) fn tender(&self, tenant: &Tenant, reference: &str) -> SearchKey {
        SearchKey::new(TENDER, self.hash(tenant, TENDER, reference.trim()))
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey")
    }
}

/// The personal keys of an order, hashed where its request was read: the workflow and its journal see nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonalKeys {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tenders: Vec<String>,
}

impl PersonalKeys {
    /// Of what a request tells about its buyer.
    pub(crate) fn of(
        key: &LookupKey,
        tenant: &Tenant,
        contact: Option<&Contact>,
        tenders: &[CapturedTender],
    ) -> Self {
        // Without a letter or a digit it is nobody's.
        let email = contact.and_then(|contact| contact.email.as_deref());
        let email = email.filter(|email| !email.trim().is_empty());
        let phone = contact.and_then(|contact| contact.phone.as_deref());
        let phone = phone.filter(|phone| phone.contains(|each: char| each.is_ascii_digit()));
        let references = tenders.iter().map(|tender| &tender.reference);
        Self {
            email: email.map(|email| key.email(tenant, email).value),
            phone: phone.map(|phone| key.phone(tenant, phone).value),
            tenders: references
                .map(|reference| key.tender(tenant, reference).value)
                .collect(),
        }
    }

    /// Whether the request told nothing.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn keys(&self) -> impl Iterator<Item = SearchKey> {
        let email = self.email.iter().map(|email| (EMAIL, email));
        let phone = self.phone.iter().map(|phone| (PHONE, phone));
        let tenders = self.tenders.iter().map(|tender| (TENDER, tender));
        let all = email.chain(phone).chain(tenders);
        all.map(|(name, value)| SearchKey::new(name, value))
    }
}

/// What an order is found by from its first commit on.
pub(crate) fn received(order: &Order, personal: &PersonalKeys) -> Vec<SearchKey> {
    let mut keys = vec![channel_ref(&order.channel_ref)];
    keys.extend(order.customer.as_ref().map(customer));
    keys.extend(order.member.as_ref().map(member));
    keys.extend(personal.keys());
    keys
}

/// The key of a channel's reference, whichever channel, account or attempt it is of.
pub(crate) fn channel_ref(reference: &str) -> SearchKey {
    SearchKey::new(CHANNEL_REF, reference)
}

/// The key of a customer's golden id.
pub(crate) fn customer(id: &CustomerId) -> SearchKey {
    SearchKey::new(CUSTOMER, &*id.0)
}

/// The key of a loyalty member.
pub(crate) fn member(id: &MemberId) -> SearchKey {
    SearchKey::new(MEMBER, &*id.0)
}

/// The key of the payment provider's reference of an authorisation or a capture.
pub(crate) fn payment(reference: &ExternalRef) -> SearchKey {
    payment_text(&reference.value)
}

/// The same, of a reference as a person reads it off.
pub(crate) fn payment_text(reference: &str) -> SearchKey {
    SearchKey::new(PAYMENT, reference.trim())
}

/// The keys of the products that left a location, on the day in UTC.
pub(crate) fn shipped<'a>(
    skus: impl Iterator<Item = &'a Sku>,
    location: &LocationId,
    at: Timestamp,
) -> Vec<SearchKey> {
    let day = utc_day(at);
    let skus: BTreeSet<&Sku> = skus.collect();
    let items = skus.into_iter().map(|sku| ShippedItem {
        sku: sku.clone(),
        location: location.clone(),
        day,
    });
    items.map(|left| item(&left)).collect()
}

/// The key of a product that left a location on a day.
pub(crate) fn item(left: &ShippedItem) -> SearchKey {
    // A space stands in neither.
    SearchKey::new(ITEM, format!("{} {} {}", left.day, left.location, left.sku))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> LookupKey {
        LookupKey::new(b"a secret of thirty-two bytes or more")
    }

    #[test]
    fn a_hash_is_of_one_tenant_name_and_secret() {
        let (north, south) = (Tenant::from("north"), Tenant::from("south"));
        let hashed = key().hash(&north, EMAIL, "ada@example.com");
        assert_eq!(hashed, key().hash(&north, EMAIL, "ada@example.com"));
        assert_eq!(hashed.len(), 22);
        let other = LookupKey::new(b"another secret of thirty-two bytes or more");
        for different in [
            key().hash(&south, EMAIL, "ada@example.com"),
            key().hash(&north, TENDER, "ada@example.com"),
            key().hash(&north, EMAIL, "ada@example.co"),
            key().hash(&Tenant::from("northemail"), "", "ada@example.com"),
            other.hash(&north, EMAIL, "ada@example.com"),
        ] {
            assert_ne!(hashed, different);
        }
    }

    #[test]
    fn an_address_or_a_number_is_the_same_however_it_is_written() {
        let north = Tenant::from("north");
        assert_eq!(
            key().email(&north, " Ada@Example.COM"),
            key().email(&north, "ada@example.com")
        );
        assert_eq!(
            key().phone(&north, "+1 (512) 555-0101"),
            key().phone(&north, "1 512 5550101")
        );
    }

    #[test]
    fn what_a_journal_keeps_of_a_buyer_is_hashes() {
        let contact = Contact {
            email: Some("ada@example.com".into()),
            phone: Some("+15125550101".into()),
        };
        let tenders = [CapturedTender {
            kind: "card".into(),
            reference: "pay-4711".into(),
            amount: crossdock_model::Money::new(100, crossdock_model::Currency::USD),
        }];
        let north = Tenant::from("north");
        let keys = PersonalKeys::of(&key(), &north, Some(&contact), &tenders);
        let text = serde_json::to_string(&keys).unwrap();
        for personal in ["ada", "example", "5125550101", "4711"] {
            assert!(!text.contains(personal), "{text}");
        }
        let back: PersonalKeys = serde_json::from_str(&text).unwrap();
        let names: Vec<&str> = back.keys().map(|key| key.name).collect();
        assert_eq!(names, [EMAIL, PHONE, TENDER]);
        let blank = Contact {
            email: Some("   ".into()),
            phone: Some("---".into()),
        };
        assert!(PersonalKeys::of(&key(), &north, Some(&blank), &[]).is_empty());
    }

    #[test]
    fn lines_of_one_product_have_one_key_a_day() {
        let sku: Sku = "A-1".parse().unwrap();
        let store: LocationId = "store-soho".parse().unwrap();
        let at = "2026-03-02T23:59:59Z".parse().unwrap();
        let keys = shipped([&sku, &sku].into_iter(), &store, at);
        assert_eq!(keys, [SearchKey::new(ITEM, "2026-03-02 store-soho A-1")]);
    }
}
