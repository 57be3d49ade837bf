//! Where a reader of a feed stands, as one opaque text.

use crossdock_store::{Position, StoredEvent};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// More shards than any store is laid out with.
const SHARDS: usize = 1_024;

/// A position in a feed; on the wire it means nothing to anybody but the feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor(pub Position);

impl Cursor {
    /// Moves the position of the event's shard past it.
    pub fn pass(&mut self, event: &StoredEvent) {
        self.pass_place(event.shard.0, event.offset);
    }

    /// Moves to an offset of a shard, never back.
    pub(crate) fn pass_place(&mut self, shard: u16, offset: u64) {
        self.set(shard, offset.max(self.offset(shard)));
    }

    /// The same place but for one shard, where it stands before that offset.
    #[must_use]
    pub(crate) fn back_to(&self, shard: u16, offset: u64) -> Self {
        let mut back = self.clone();
        back.set(shard, offset.saturating_sub(1));
        back
    }

    /// The last offset read of a shard.
    pub(crate) fn offset(&self, shard: u16) -> u64 {
        self.0.0.get(usize::from(shard)).copied().unwrap_or(0)
    }

    fn set(&mut self, shard: u16, offset: u64) {
        let index = usize::from(shard);
        let offsets = &mut self.0.0;
        if offsets.len() <= index {
            offsets.resize(index + 1, 0);
        }
        if let Some(place) = offsets.get_mut(index) {
            *place = offset;
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offsets: Vec<String> = self.0.0.iter().map(u64::to_string).collect();
        f.write_str(&BASE64URL_NOPAD.encode(offsets.join(".").as_bytes()))
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!("'{text}' is no cursor of this feed: leave it out to read from the beginning")
        };
        if text.is_empty() {
            return Ok(Self::default());
        }
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_not_base64| wrong())?;
        let plain = String::from_utf8(bytes).map_err(|_not_text| wrong())?;
        let offsets: Result<Vec<u64>, _> = plain.split('.').map(str::parse).collect();
        match offsets {
            Ok(offsets) if offsets.len() <= SHARDS => Ok(Self(Position(offsets))),
            Ok(_too_many) => Err(wrong()),
            Err(_not_numbers) => Err(wrong()),
        }
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_wire_and_only_moves_on() {
        let mut cursor = Cursor::default();
        cursor.pass_place(2, 7);
        cursor.pass_place(0, 3);
        cursor.pass_place(2, 5);
        assert_eq!(cursor.0, Position(vec![3, 0, 7]));
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        assert_eq!(cursor.back_to(2, 6).0, Position(vec![3, 0, 5]));
        assert_eq!(cursor.offset(9), 0);
    }

    #[test]
    fn a_beginning_is_empty_and_rubbish_is_refused() {
        assert_eq!("".parse::<Cursor>().unwrap(), Cursor::default());
        for wrong in ["x", "!!", "YS5i", "MS4"] {
            let error = wrong.parse::<Cursor>().unwrap_err();
            assert!(error.contains("from the beginning"), "{error}");
        }
    }
}
