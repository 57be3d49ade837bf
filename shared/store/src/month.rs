//! A month of the archive: whose file an ended instance is in.

use crossdock_model::Timestamp;
use std::fmt;
use std::str::FromStr;

/// A calendar month in UTC, `2026-08`.
///
/// ```
/// use crossdock_store::ArchiveMonth;
/// let month: ArchiveMonth = "2026-08".parse().unwrap();
/// assert_eq!(month.to_string(), "2026-08");
/// assert!("2026-13".parse::<ArchiveMonth>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchiveMonth(u32);

impl ArchiveMonth {
    /// The month that the time is in.
    pub fn of(at: Timestamp) -> Self {
        // Written by the calendar of UTC, so it is always four digits and two.
        let number = at.strftime("%Y%m").to_string().parse();
        Self(number.unwrap_or(1))
    }

    /// As it stands in a row: `202608`.
    pub(crate) fn number(self) -> i64 {
        self.0.into()
    }

    /// The reverse; none where a row holds no month.
    pub(crate) fn from_number(number: i64) -> Option<Self> {
        let number = u32::try_from(number).ok()?;
        let is_month = (1..=12).contains(&(number % 100)) && number < 1_000_000;
        is_month.then_some(Self(number))
    }

    /// The first moment of it.
    pub(crate) fn begins(self) -> Timestamp {
        format!("{self}-01T00:00:00Z")
            .parse()
            .unwrap_or(Timestamp::MIN)
    }

    /// The month after it.
    pub(crate) fn next(self) -> Self {
        if self.0 % 100 == 12 {
            Self(self.0 + 100 - 11)
        } else {
            Self(self.0 + 1)
        }
    }
}

impl fmt::Display for ArchiveMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 100, self.0 % 100)
    }
}

impl FromStr for ArchiveMonth {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no month: write it like 2026-08");
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        let digits = |part: &str, many| {
            part.len() == many && part.chars().all(|letter| letter.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(month, 2) {
            return Err(wrong());
        }
        let number = format!("{year}{month}")
            .parse()
            .map_err(|_too_long| wrong())?;
        Self::from_number(number).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let december: ArchiveMonth = "2026-12".parse().unwrap();
        let last: Timestamp = "2026-12-31T23:59:59.999Z".parse().unwrap();
        assert_eq!(ArchiveMonth::of(last), december);
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(ArchiveMonth::of(december.next().begins()), december.next());
        assert_eq!(ArchiveMonth::from_number(december.number()), Some(december));
    }

    #[test]
    fn what_is_no_month_is_refused_with_how_to_write_one() {
        for text in ["2026", "2026-00", "2026-13", "26-08", "2026-8", "+026-08"] {
            let refused = text.parse::<ArchiveMonth>().unwrap_err();
            assert_eq!(
                refused,
                format!("`{text}` is no month: write it like 2026-08")
            );
        }
    }
}
