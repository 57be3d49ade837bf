//! What an order knows about a person: one record beside the order's own, which can be erased.
//!
//! No journal, event, answer or log holds any of it: they name the order.

mod erase;
mod reader;
mod record;

pub(crate) use erase::erase;
pub(crate) use reader::PersonalDataReader;
pub(crate) use record::{Kept, PersonalData, Purposeless, erased, first_version, without_token};
