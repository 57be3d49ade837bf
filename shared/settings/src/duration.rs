//! Durations as people write them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A time such as `30s`, `1h30m`, `7d` or `250ms`.
///
/// ```
/// use crossdock_settings::HumanDuration;
/// let day: HumanDuration = "1d".parse().unwrap();
/// assert_eq!(day.get().as_secs(), 86_400);
/// assert_eq!("1h30m".parse::<HumanDuration>().unwrap().to_string(), "90m");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HumanDuration(Duration);

const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

impl HumanDuration {
    /// The duration, for code that waits.
    pub fn get(self) -> Duration {
        self.0
    }
}

impl From<Duration> for HumanDuration {
    fn from(time: Duration) -> Self {
        Self(time)
    }
}

impl FromStr for HumanDuration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no time: write it like 30s, 1h30m, 7d or 250ms");
        let mut rest = text.trim();
        let mut total = Duration::ZERO;
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let (number, after) = rest.split_at(digits);
            let unit = after
                .find(|c: char| c.is_ascii_digit())
                .unwrap_or(after.len());
            let (unit, after) = after.split_at(unit);
            let (_, millis) = UNITS
                .iter()
                .find(|(name, _)| *name == unit)
                .ok_or_else(wrong)?;
            let number: u64 = number.parse().map_err(|_not_a_number| wrong())?;
            let part = number.checked_mul(*millis).map(Duration::from_millis);
            total = part
                .and_then(|part| total.checked_add(part))
                .ok_or_else(wrong)?;
            rest = after;
        }
        Ok(Self(total))
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let whole = UNITS
            .iter()
            .find(|(_, unit)| millis > 0 && millis.is_multiple_of(*unit));
        let (name, unit) = whole.unwrap_or(&("s", 1_000));
        write!(f, "{}{name}", millis / unit)
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for HumanDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_as_people_do() {
        for (text, millis) in [
            ("30s", 30_000),
            ("1h30m", 5_400_000),
            ("250ms", 250),
            ("0s", 0),
        ] {
            let time: HumanDuration = text.parse().unwrap();
            assert_eq!(time.get().as_millis(), millis, "{text}");
            assert_eq!(time.to_string().parse::<HumanDuration>(), Ok(time));
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_how_to_write_one() {
        for text in ["", "30", "s", "3 s", "-1s", "1y", "99999999999999999999d"] {
            let error = text.parse::<HumanDuration>().unwrap_err();
            assert!(error.contains("30s, 1h30m"), "{error}");
        }
    }
}
