//! Card numbers in texts: found by length, first digit and check digit, wherever they hide.

use crate::schema::escaped;
use crossdock_model::Violation;
use serde_json::Value;
use std::ops::RangeInclusive;

/// Every text of the value that holds what looks like a card number.
pub(crate) fn found(value: &Value) -> Vec<Violation> {
    let mut violations = Vec::new();
    search(value, &mut String::new(), &mut violations);
    violations
}

fn search(value: &Value, pointer: &mut String, violations: &mut Vec<Violation>) {
    match value {
        Value::String(text) if holds_card(text) => violations.push(Violation {
            pointer: pointer.clone(),
            detail: "looks like a card number".into(),
        }),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                scan(&at.to_string(), item, pointer, violations);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                scan(&escaped(name), member, pointer, violations);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn scan(name: &str, value: &Value, pointer: &mut String, violations: &mut Vec<Violation>) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(name);
    search(value, pointer, violations);
    pointer.truncate(length);
}

/// Whether a word of digits, or neighbouring words of digits, begin, end and check like a card.
///
/// A UUID is none, whatever its digits; nor are digits that touch a letter.
fn holds_card(text: &str) -> bool {
    if text.len() < SHORTEST || (text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()) {
        return false;
    }
    let mut run: Vec<u8> = Vec::new();
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    for word in text.split_inclusive(ends) {
        let (digits, end) = match word.char_indices().next_back() {
            Some((at, last)) if ends(last) => (word.get(..at).unwrap_or_default(), Some(last)),
            Some(_) | None => (word, None),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            run.clear();
            continue;
        }
        let alone: Vec<u8> = digits.bytes().map(|byte| byte - b'0').collect();
        run.extend(&alone);
        if is_card(&alone) || is_card(&run) {
            return true;
        }
        if !matches!(end, Some(' ' | '-')) {
            run.clear();
        }
    }
    false
}

/// The fewest digits of a card that is still issued: 14, of Diners Club.
const SHORTEST: usize = 14;

/// What the card networks issue: the first four digits, and how many digits there are (ISO/IEC 7812).
///
/// None has 13 digits: Visa issues none any more, and shop platforms count their orders there.
const NETWORKS: [(RangeInclusive<u32>, RangeInclusive<usize>); 16] = [
    (2_200..=2_204, 16..=19), // Mir
    (2_221..=2_720, 16..=16), // Mastercard
    (3_000..=3_059, 14..=19), // Diners Club
    (3_095..=3_095, 14..=19), // Diners Club
    (3_400..=3_499, 15..=15), // American Express
    (3_528..=3_589, 16..=19), // JCB
    (3_600..=3_699, 14..=19), // Diners Club
    (3_700..=3_799, 15..=15), // American Express
    (3_800..=3_999, 14..=19), // Diners Club
    (4_000..=4_999, 16..=16), // Visa
    (4_000..=4_999, 19..=19), // Visa
    (5_000..=5_099, 16..=19), // Maestro
    (5_100..=5_599, 16..=16), // Mastercard
    (5_600..=5_899, 16..=19), // Maestro
    (6_000..=6_199, 16..=19), // Discover, Maestro
    (6_200..=6_999, 16..=19), // UnionPay, Discover, Maestro
];

/// Whether a network issues numbers of that beginning and length, and the check digit fits.
fn is_card(digits: &[u8]) -> bool {
    let (first, length) = (beginning(digits), digits.len());
    let issued = |(beginnings, lengths): &(RangeInclusive<u32>, RangeInclusive<usize>)| {
        beginnings.contains(&first) && lengths.contains(&length)
    };
    NETWORKS.iter().any(issued) && luhn(digits)
}

/// The first four digits as one number; 0 when there are fewer.
fn beginning(digits: &[u8]) -> u32 {
    let first = digits.get(..4).unwrap_or_default();
    first
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(*digit))
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let weighted = u32::from(*digit) * if at % 2 == 1 { 2 } else { 1 };
            weighted / 10 + weighted % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_found_bare_grouped_and_inside_a_sentence() {
        for text in [
            "4111111111111111",
            "4111-1111-1111-1111",
            "378282246310005",
            "ring me: 5555 5555 5555 4444, thanks",
            "30569309025904",
            "2223003122003222",
            "3530111333300000",
            "6011000990139424",
            "6200000000000005",
            "4000000000000000006",
            "2 4111111111111111 now",
        ] {
            assert!(holds_card(text), "{text}");
        }
    }

    #[test]
    fn order_numbers_ids_and_wrong_check_digits_are_none() {
        for text in [
            "4111111111111112",
            "1700000000000",
            "6200474991874",
            "5847322250357",
            "4222222222222",
            "14987022794837",
            "378282246310005000",
            "41111111-1111-4111-8111-111111111111",
            "REF4111111111111111",
            "411111111111",
            "",
        ] {
            assert!(!holds_card(text), "{text}");
        }
    }
}
