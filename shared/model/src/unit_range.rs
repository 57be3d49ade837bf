//! Neighbouring units of one line, as one value: what is equal is kept and sent once.

use crate::{LineId, UnitId};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// Some neighbouring units of a line, `A#1..A#618`; one alone is written as its id, `A#7`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitRange {
    line: LineId,
    first: u32,
    last: u32,
}

impl UnitRange {
    /// The units with these numbers, both included; none where there is no such unit.
    pub fn new(line: LineId, first: u32, last: u32) -> Option<Self> {
        (1..=last)
            .contains(&first)
            .then_some(Self { line, first, last })
    }

    /// The line that they were sold on.
    pub fn line(&self) -> &LineId {
        &self.line
    }

    /// The number of the first of them, from 1.
    pub fn first(&self) -> u32 {
        self.first
    }

    /// The number of the last of them.
    pub fn last(&self) -> u32 {
        self.last
    }

    /// How many they are, at least one.
    pub fn count(&self) -> u32 {
        self.last - self.first + 1
    }

    /// Whether all of the other's units are among them.
    pub fn contains(&self, other: &Self) -> bool {
        self.line == other.line && self.first <= other.first && other.last <= self.last
    }

    /// The units that are in both.
    pub fn overlap(&self, other: &Self) -> Option<Self> {
        let same_line = self.line == other.line;
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        same_line
            .then(|| Self::new(self.line.clone(), first, last))
            .flatten()
    }

    /// Both as one range, where the other begins right after this one.
    pub fn join(&self, next: &Self) -> Option<Self> {
        let follows = self.line == next.line && self.last.checked_add(1) == Some(next.first);
        follows
            .then(|| Self::new(self.line.clone(), self.first, next.last))
            .flatten()
    }

    /// The first so many of them, or all where there are fewer; none of none.
    pub fn take(&self, count: u32) -> Option<Self> {
        let last = self.first.checked_add(count)?.checked_sub(1)?;
        Self::new(self.line.clone(), self.first, last.min(self.last))
    }

    /// Those before a number.
    pub fn before(&self, number: u32) -> Option<Self> {
        let last = number.checked_sub(1)?.min(self.last);
        Self::new(self.line.clone(), self.first, last)
    }

    /// Those after a number.
    pub fn after(&self, number: u32) -> Option<Self> {
        let first = number.checked_add(1)?.max(self.first);
        Self::new(self.line.clone(), first, self.last)
    }
}

impl From<UnitId> for UnitRange {
    fn from(unit: UnitId) -> Self {
        let UnitId { line, number } = unit;
        Self {
            line,
            first: number,
            last: number,
        }
    }
}

impl fmt::Display for UnitRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, first, last } = self;
        write!(f, "{line}#{first}")?;
        if first < last {
            write!(f, "..{line}#{last}")?;
        }
        Ok(())
    }
}

impl FromStr for UnitRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A line's id may have dots in it: the halves are where both sides are units.
        let halves = text.match_indices("..").find_map(|(at, dots)| {
            let first: UnitId = text.get(..at)?.parse().ok()?;
            let last: UnitId = text.get(at + dots.len()..)?.parse().ok()?;
            Some((first, last))
        });
        let Some((first, last)) = halves else {
            return text.parse::<UnitId>().map(Self::from);
        };
        let same_line = first.line == last.line;
        same_line
            .then(|| Self::new(first.line, first.number, last.number))
            .flatten()
            .ok_or_else(|| {
                format!("'{text}' is no range: write first and last unit of one line, A#1..A#3")
            })
    }
}

impl Serialize for UnitRange {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UnitRange {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(from)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl utoipa::PartialSchema for UnitRange {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .pattern(Some(
                "^[!-~]{1,64}#[1-9][0-9]*(\\.\\.[!-~]{1,64}#[1-9][0-9]*)?$",
            ))
            .examples([serde_json::json!("A#1..A#618")])
            .into()
    }
}

impl ToSchema for UnitRange {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("UnitRange")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> UnitRange {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_reads_as_it_is_written() {
        for text in ["A#1", "A#1..A#618", "a.b#2..a.b#3"] {
            assert_eq!(range(text).to_string(), text);
        }
        assert_eq!(range("A#7..A#7").to_string(), "A#7");
        assert_eq!(range("A#1..A#618").count(), 618);
        for wrong in ["A#2..A#1", "A#1..B#2", "A#1..", ""] {
            assert!(wrong.parse::<UnitRange>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_range_is_cut_where_it_is_asked_to_be() {
        let all = range("A#3..A#9");
        assert_eq!(all.take(2), Some(range("A#3..A#4")));
        assert_eq!(all.take(99), Some(all.clone()));
        assert_eq!(all.take(0), None);
        assert_eq!(all.before(5), Some(range("A#3..A#4")));
        assert_eq!((all.before(3), all.after(9)), (None, None));
        assert_eq!(all.after(8), Some(range("A#9")));
        assert_eq!(all.overlap(&range("A#1..A#3")), Some(range("A#3")));
        assert_eq!(all.overlap(&range("B#3")), None);
        assert_eq!(all.join(&range("A#10")), Some(range("A#3..A#10")));
        assert_eq!(
            (all.join(&range("A#11")), all.join(&range("B#10"))),
            (None, None)
        );
        assert!(all.contains(&range("A#4")) && !all.contains(&range("A#9..A#10")));
    }
}
