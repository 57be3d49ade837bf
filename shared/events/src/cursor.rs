//! Where a reader of a feed stands, as one opaque text.

use crate::envelope::CloudEvent;
use crossdock_model::Timestamp;
use crossdock_store::{Place, Position, StoredEvent};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// More shards than any store is laid out with; a cursor of so many still fits into a query.
const SHARDS: usize = 384;
/// The first byte, so that a text of another form is no cursor.
const FORM: u8 = 1;

/// A position in a feed; on the wire it means nothing to anybody but the feed.
///
/// For each shard: the offset of the last event read (seven bits a byte, the lowest first); where it is not 0, the event's
/// id and its time in nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor(pub Position);

impl Cursor {
    /// Moves the position of the event's shard past it.
    pub fn pass(&mut self, event: &StoredEvent) {
        self.set(event.shard.0, Some(event.place()));
    }

    /// Whether nothing was read yet.
    pub(crate) fn is_beginning(&self) -> bool {
        self.0.0.iter().all(Option::is_none)
    }

    /// The same place but for one shard, where it stands there.
    #[must_use]
    pub(crate) fn with(&self, shard: u16, place: Option<Place>) -> Self {
        let mut other = self.clone();
        other.set(shard, place);
        other
    }

    /// The last event read of a shard.
    pub(crate) fn place(&self, shard: u16) -> Option<Place> {
        self.0.0.get(usize::from(shard)).copied().flatten()
    }

    /// The last offset read of a shard.
    pub(crate) fn offset(&self, shard: u16) -> u64 {
        self.place(shard).map_or(0, |place| place.offset)
    }

    /// Each event that says where it stands, with the event before it in its shard, as seen from this place.
    pub(crate) fn in_front_of<'a>(
        &self,
        events: &'a [CloudEvent],
    ) -> Vec<(Option<Place>, &'a CloudEvent)> {
        let mut passed = self.clone();
        let mut all = Vec::with_capacity(events.len());
        for event in events {
            let Some((shard, place)) = event.place() else {
                all.push((None, event));
                continue;
            };
            all.push((passed.place(shard), event));
            passed.set(shard, Some(place));
        }
        all
    }

    /// Stands before the first event of a shard again.
    pub(crate) fn begin_again(&mut self, shard: u16) {
        self.set(shard, None);
    }

    fn set(&mut self, shard: u16, place: Option<Place>) {
        let index = usize::from(shard);
        let places = &mut self.0.0;
        if places.len() <= index {
            places.resize(index + 1, None);
        }
        if let Some(stands) = places.get_mut(index) {
            *stands = place;
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.0.is_empty() {
            return Ok(());
        }
        let mut bytes = vec![FORM];
        for place in &self.0.0 {
            let Some(place) = place else {
                bytes.push(0);
                continue;
            };
            put_number(&mut bytes, place.offset);
            bytes.extend_from_slice(place.event.as_bytes());
            bytes.extend_from_slice(&nanoseconds(place.at).to_le_bytes());
        }
        f.write_str(&BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let position = bytes.and_then(|bytes| read(&bytes));
        position.map(Self).ok_or_else(|| {
            format!("'{text}' is no cursor of this feed: leave it out to read from the beginning")
        })
    }
}

/// None where the bytes are not what a cursor writes.
fn read(bytes: &[u8]) -> Option<Position> {
    let (form, mut rest) = bytes.split_first()?;
    let mut places = Vec::new();
    while !rest.is_empty() {
        let (offset, after) = take_number(rest)?;
        rest = after;
        if offset == 0 {
            places.push(None);
            continue;
        }
        let (event, after) = rest.split_first_chunk::<16>()?;
        let (at, after) = after.split_first_chunk::<8>()?;
        rest = after;
        places.push(Some(Place {
            offset,
            event: Uuid::from_bytes(*event),
            at: Timestamp::from_nanosecond(i64::from_le_bytes(*at).into()).ok()?,
        }));
    }
    (*form == FORM && places.len() <= SHARDS).then_some(Position(places))
}

/// As the store keeps it; it ends in the year 2262.
fn nanoseconds(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX)
}

fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// A number, and what stands behind it; none where it is cut or larger than any.
fn take_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(9) {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(index + 1..)?));
        }
    }
    None
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

    fn place(offset: u64) -> Place {
        Place {
            offset,
            event: Uuid::from_u128(u128::from(offset) << 64 | 7),
            at: Timestamp::from_nanosecond(1_700_000_000_123_456_789).unwrap(),
        }
    }

    #[test]
    fn a_cursor_survives_the_wire() {
        let mut cursor = Cursor::default();
        for (shard, offset) in [(2, 7), (0, 300), (5, (1 << 40) - 1)] {
            cursor.set(shard, Some(place(offset)));
        }
        assert_eq!(
            cursor.0,
            Position(vec![
                Some(place(300)),
                None,
                Some(place(7)),
                None,
                None,
                Some(place((1 << 40) - 1))
            ])
        );
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        assert_eq!(cursor.with(2, None).place(2), None);
        assert_eq!((cursor.offset(2), cursor.offset(9)), (7, 0));
    }

    /// What a feed's contract says.
    const LONGEST: usize = 16_384;

    #[test]
    fn the_largest_cursor_fits_into_a_query() {
        let largest = Cursor(Position(vec![Some(place((1 << 40) - 1)); SHARDS]));
        let text = largest.to_string();
        assert!(text.len() <= LONGEST, "{}", text.len());
        assert_eq!(text.parse::<Cursor>().unwrap(), largest);
        let larger = Cursor(Position(vec![None; SHARDS + 1])).to_string();
        assert!(larger.parse::<Cursor>().is_err());
    }

    #[test]
    fn a_beginning_is_empty_and_rubbish_is_refused() {
        assert_eq!("".parse::<Cursor>().unwrap(), Cursor::default());
        assert_eq!(Cursor::default().to_string(), "");
        let cut = Cursor(Position(vec![Some(place(3))])).to_string();
        let cut = cut.get(..cut.len() - 4).unwrap();
        // Among them what a cursor was once: offsets in words.
        for wrong in ["x", "!!", "YS5i", "MS4", "MS4w", "Af__________fw", cut] {
            let error = wrong.parse::<Cursor>().unwrap_err();
            assert!(error.contains("from the beginning"), "{error}");
        }
    }
}
