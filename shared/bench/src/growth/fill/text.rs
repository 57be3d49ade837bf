//! A text that a template order wrote, and the same text of a copy.

use crate::growth::fill::nth::Nth;
use crate::growth::fill::part::Part;
use crate::growth::fill::scan::Scan;
use uuid::Uuid;

/// What all copies have in common, and between it what each has as its own.
#[derive(Debug)]
pub(crate) struct Text {
    parts: Vec<Part>,
    length: usize,
}

impl Text {
    /// Finds in a text what is its order's own.
    pub(crate) fn of(text: &str, scan: &Scan) -> Self {
        let (mut parts, mut common) = (Vec::new(), String::new());
        let mut rest = text;
        let mut in_word = false;
        while let Some(next) = rest.chars().next() {
            let found = if in_word { None } else { scan.find(rest) };
            let length = if let Some((prefix, length, part)) = found {
                common.push_str(rest.get(..prefix).unwrap_or_default());
                parts.push(Part::Common(std::mem::take(&mut common)));
                parts.push(part);
                in_word = true;
                length
            } else {
                common.push(next);
                in_word = next.is_alphanumeric();
                next.len_utf8()
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        parts.push(Part::Common(common));
        Self {
            parts,
            length: text.len() + 8,
        }
    }

    /// The ids in it.
    pub(crate) fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.parts.iter().filter_map(|part| match part {
            Part::Id(id, _) => Some(*id),
            Part::Common(_)
            | Part::Number(..)
            | Part::TimeAndNumber(..)
            | Part::Hash(_)
            | Part::Second(_)
            | Part::Millisecond(_)
            | Part::Contact(..) => None,
        })
    }

    /// The text as that copy has it.
    pub(crate) fn nth(&self, nth: &Nth) -> String {
        let mut text = String::with_capacity(self.length);
        for part in &self.parts {
            part.write(nth, &mut text);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::growth::fill::buyers::Contact;
    use crate::growth::fill::nth::tests::nth;

    fn copied(text: &str, n: u32) -> String {
        let nth = nth(n);
        let scan = Scan::new(1_785_628_800_000, &nth.buyers, 100);
        Text::of(text, &scan).nth(&nth)
    }

    #[test]
    fn what_is_nobodys_own_stays_in_every_copy() {
        let hash = "5a76e65ee6075d9147150195fc509131a82092688d21a246bb5e59373193cd72";
        let text = format!(
            r#"{{"customer":"cust-cleo","sku":"A-1","at":"store-1","hash":"{hash}","minor":4830}}"#
        );
        assert_eq!(copied(&text, 4), text);
    }

    #[test]
    fn a_copy_of_nothing_further_on_is_the_text_itself() {
        let hash = nth(1).buyers.hash(Contact::Email, 17);
        let text = format!(
            "[1,1785661615166,019fc1b9-ec3c-7000-84e3-fd8bbed164ce-FO-000001 \
             00-019fc1b9ec3a7001aafd4065900b5c45-807de71d4422b569-01 06fs3efc7ho01173vm5rtkb4po-raisie4l \
             pay_19fc1b9ec5e0001 msg_d3a894b9cb7d052456a95f65 2026-08-02T09:06:55.1788219Z old-17 DC0000000001 ü {hash}]"
        );
        assert_eq!(copied(&text, 0), text);
    }

    #[test]
    fn each_copy_has_its_own_ids_numbers_and_times() {
        let text = "old-17 SO-000002 pay_19fc1b9ec5e0001 2026-08-02T09:06:55.17Z [1,1785661615166,";
        let own =
            "old-10017 SO-010002 pay_19fc1ba32ae2711 2026-08-02T09:07:13.17Z [1,1785661633166,";
        assert_eq!(copied(text, 2), own);
        let id = "019fc1b9-ec3c-7000-84e3-fd8bbed164ce-FO-000001";
        assert!(
            copied(id, 2).ends_with("-FO-010001") && !copied(id, 2).starts_with("019fc1b9-ec3c")
        );
        let key = copied("06fs3efc7ho01173vm5rtkb4po-raisie4l", 1);
        assert!(
            key.ends_with("-raisie4l") && !key.starts_with("06fs3efc7ho01173"),
            "{key}"
        );
    }

    #[test]
    fn a_buyers_hash_becomes_that_of_the_copys_buyer() {
        let hash = |order| nth(1).buyers.hash(Contact::Phone, order);
        assert_eq!(copied(&hash(17), 3), hash(15_017));
    }
}
