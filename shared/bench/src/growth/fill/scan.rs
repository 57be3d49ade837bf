//! Finds in a text what is one order's own: ids, numbers, moments, keys.

use crate::growth::fill::buyers::{Buyers, Contact};
use crate::growth::fill::part::{Form, Part};
use crossdock_model::Timestamp;
use data_encoding::BASE32HEX_NOPAD;
use std::collections::HashMap;
use uuid::Uuid;

/// What numbers begin with: the channel's, the backends' documents, what was shipped with them, entries about points.
const NUMBERED: &[&str] = &[
    "old-", "SO-", "GI-", "INV-", "HD-", "OM-", "FO-", "SH-", "DC", "acc-", "mat-", "lot-",
];
/// What the payment provider's and the tax engine's names begin with.
const TIMED: &[&str] = &["pay_", "cap_", "calc_", "txn_"];
/// How long a hash of a buyer's contact is.
const CONTACT: usize = 22;
/// No moment in a text is further off than so many milliseconds: ten years.
const FAR: i64 = 10 * 366 * 86_400_000;

/// What is looked for in the texts of one installation.
#[derive(Debug)]
pub(crate) struct Scan {
    /// The first millisecond that may be one of an order.
    since: i64,
    contacts: HashMap<String, (Contact, u64)>,
}

/// How many bytes stay, how many it is with them, and what is in place of the others.
type Found = Option<(usize, usize, Part)>;

impl Scan {
    /// For the first so many orders, placed since that millisecond.
    pub(crate) fn new(since: i64, buyers: &Buyers, orders: u64) -> Self {
        Self {
            since,
            contacts: buyers.hashes(orders),
        }
    }

    /// Whether a number is a moment, in milliseconds.
    pub(crate) fn is_moment(&self, number: i64) -> bool {
        (self.since..self.since + FAR).contains(&number)
    }

    /// What a text begins with, where that is an order's own.
    pub(crate) fn find(&self, text: &str) -> Found {
        let found = self.contact(text).or_else(|| id(text));
        let found = found.or_else(|| key(text)).or_else(|| second(text));
        let found = found.or_else(|| number(text)).or_else(|| timed(text));
        found
            .or_else(|| message(text))
            .or_else(|| self.millisecond(text))
    }

    fn contact(&self, text: &str) -> Found {
        let hash = text.get(..CONTACT)?;
        let (contact, order) = self.contacts.get(hash)?;
        Some((0, CONTACT, Part::Contact(*contact, *order)))
    }

    fn millisecond(&self, text: &str) -> Found {
        let digits = leading(text, |byte| byte.is_ascii_digit())?;
        let at = digits.parse().ok().filter(|at| self.is_moment(*at))?;
        Some((0, digits.len(), Part::Millisecond(at)))
    }
}

fn id(text: &str) -> Found {
    let hyphenated = Uuid::try_parse(text.get(..36).unwrap_or_default());
    if let (Ok(id), true) = (hyphenated, ends_word(text, 36)) {
        return Some((0, 36, Part::Id(id, Form::Hyphenated)));
    }
    let simple = leading(text, |byte| byte.is_ascii_hexdigit()).filter(|hex| hex.len() == 32)?;
    let id = Uuid::try_parse(simple).ok()?;
    Some((0, 32, Part::Id(id, Form::Simple)))
}

/// The key of a workflow's step: its instance's id, and eight characters of a hash.
fn key(text: &str) -> Found {
    let word =
        leading(text, |byte| byte.is_ascii_alphanumeric()).filter(|word| word.len() == 26)?;
    let bytes = BASE32HEX_NOPAD.decode(word.to_ascii_uppercase().as_bytes());
    let id = Uuid::from_slice(&bytes.ok()?).ok()?;
    let is_ours = id.get_version_num() == 7;
    is_ours.then_some((0, 26, Part::Id(id, Form::Base32Hex)))
}

fn second(text: &str) -> Found {
    let at = text.get(..19).filter(|at| at.contains('T'))?;
    let at: Timestamp = format!("{at}Z").parse().ok()?;
    Some((0, 19, Part::Second(at.as_second())))
}

fn number(text: &str) -> Found {
    let prefix = NUMBERED.iter().find(|prefix| text.starts_with(**prefix))?;
    let digits = leading(text.get(prefix.len()..)?, |byte| byte.is_ascii_digit())?;
    let part = Part::Number(digits.parse().ok()?, digits.len());
    Some((prefix.len(), prefix.len() + digits.len(), part))
}

fn timed(text: &str) -> Found {
    let prefix = TIMED.iter().find(|prefix| text.starts_with(**prefix))?;
    let name = leading(text.get(prefix.len()..)?, |byte| byte.is_ascii_hexdigit())?;
    let (at, number) = name.split_at_checked(11)?;
    let [at, number] = [at, number].map(|hex| i64::from_str_radix(hex, 16).ok());
    let part = Part::TimeAndNumber(at?, number?);
    Some((prefix.len(), prefix.len() + name.len(), part))
}

/// A message of a backend: a hash of what it says.
fn message(text: &str) -> Found {
    let prefix = "msg_".len();
    let hash = text.strip_prefix("msg_")?.get(..8)?;
    let part = Part::Hash(u32::from_str_radix(hash, 16).ok()?);
    Some((prefix, prefix + 8, part))
}

/// All bytes of that kind that a text begins with, where no letter and no digit follows.
fn leading(text: &str, kind: impl Fn(u8) -> bool) -> Option<&str> {
    let length = text.bytes().take_while(|byte| kind(*byte)).count();
    let is_whole = length > 0 && ends_word(text, length);
    text.get(..length).filter(|_| is_whole)
}

fn ends_word(text: &str, length: usize) -> bool {
    let after = text.get(length..).and_then(|rest| rest.chars().next());
    !after.is_some_and(char::is_alphanumeric)
}
