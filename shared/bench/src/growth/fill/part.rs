//! A part of a text: what all copies have in common, or what each has as its own.

use crate::growth::fill::buyers::Contact;
use crate::growth::fill::nth::Nth;
use crossdock_model::Timestamp;
use data_encoding::BASE32HEX_NOPAD;
use std::fmt::Write as _;
use uuid::Uuid;

#[derive(Debug, PartialEq)]
pub(crate) enum Part {
    Common(String),
    /// An id, as one of the forms in which it stands in a text.
    Id(Uuid, Form),
    /// A number with its leading zeros.
    Number(i64, usize),
    /// What the payment provider and the tax engine call things: milliseconds and a number, in hexadecimal.
    TimeAndNumber(i64, i64),
    /// The first 32 bits of a hash, in hexadecimal.
    Hash(u32),
    /// Date and time up to the second.
    Second(i64),
    /// Milliseconds since 1970.
    Millisecond(i64),
    /// What the order's buyer is found by.
    Contact(Contact, u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Hyphenated,
    Simple,
    Base32Hex,
}

impl Part {
    /// Writes it as that copy has it.
    pub(crate) fn write(&self, nth: &Nth, to: &mut String) {
        let millisecond = |at: i64| at + nth.seconds_later() * 1_000;
        // Writing to a String does not fail.
        let _written = match self {
            Self::Common(text) => to.write_str(text),
            Self::Id(id, Form::Hyphenated) => write!(to, "{}", nth.id(*id).as_hyphenated()),
            Self::Id(id, Form::Simple) => write!(to, "{}", nth.id(*id).as_simple()),
            Self::Id(id, Form::Base32Hex) => {
                let text = BASE32HEX_NOPAD.encode(nth.id(*id).as_bytes());
                to.write_str(&text.to_ascii_lowercase())
            }
            Self::Number(number, width) => write!(to, "{:0width$}", nth.number(*number)),
            Self::TimeAndNumber(at, number) => {
                write!(to, "{:x}{:04x}", millisecond(*at), nth.number(*number))
            }
            Self::Hash(word) => write!(to, "{:08x}", nth.word(*word)),
            Self::Second(at) => {
                let at = Timestamp::from_second(at + nth.seconds_later()).unwrap_or_default();
                to.write_str(at.to_string().trim_end_matches('Z'))
            }
            Self::Millisecond(at) => write!(to, "{}", millisecond(*at)),
            Self::Contact(contact, order) => {
                let order = i64::try_from(*order).map_or(0, |order| nth.number(order));
                to.write_str(&nth.buyers.hash(*contact, order.unsigned_abs()))
            }
        };
    }
}
