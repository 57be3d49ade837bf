//! The lines of a request: named, and within the limits that the contract states.

use crossdock_model::{LineId, Quantity, Refusal, Violation};
use proc_order_contract::{MOST_LINES, MOST_UNITS};
use std::collections::HashSet;

/// Each line's id: the channel's, or its position. Refuses ids that stand twice, and too many lines
/// or units, as the same for every way that an order comes in.
pub(crate) fn named_lines<'a>(
    lines: impl ExactSizeIterator<Item = (Option<&'a LineId>, Quantity)>,
) -> Result<Vec<LineId>, Refusal> {
    if lines.len() > MOST_LINES {
        let detail = format!("an order has {MOST_LINES} lines at most: split it");
        return Err(wrong("/lines".into(), detail));
    }
    let mut seen = HashSet::new();
    let mut named = Vec::with_capacity(lines.len());
    let mut units: u32 = 0;
    for (at, (id, quantity)) in lines.enumerate() {
        let id = match id {
            Some(id) => id.clone(),
            None => position(at)?,
        };
        if !seen.insert(id.clone()) {
            let detail = format!("line id {id} stands twice in the request");
            return Err(wrong(format!("/lines/{at}/id"), detail));
        }
        units = units.saturating_add(quantity.get());
        if units > MOST_UNITS {
            let detail = format!("an order has {MOST_UNITS} units at most: split it");
            return Err(wrong(format!("/lines/{at}/quantity"), detail));
        }
        named.push(id);
    }
    Ok(named)
}

fn position(at: usize) -> Result<LineId, Refusal> {
    let number = (at + 1).to_string().parse();
    number.map_err(|why| Refusal::new("internal", why))
}

fn wrong(pointer: String, detail: String) -> Refusal {
    let mut refusal = Refusal::new("validation_failed", detail.clone());
    refusal.errors.push(Violation { pointer, detail });
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(ids: &[Option<&str>], each: u32) -> Result<Vec<LineId>, Refusal> {
        let ids: Vec<Option<LineId>> = ids
            .iter()
            .map(|id| id.map(|id| id.parse().unwrap()))
            .collect();
        let quantity = Quantity::new(each).unwrap();
        named_lines(ids.iter().map(|id| (id.as_ref(), quantity)))
    }

    #[test]
    fn a_line_without_an_id_is_named_by_its_position() {
        let ids = named(&[Some("A"), None], 1).unwrap();
        assert_eq!(ids, ["A".parse().unwrap(), "2".parse().unwrap()]);
    }

    #[test]
    fn more_lines_or_units_than_the_contract_says_are_pointed_at() {
        let pointer = |refused: Result<Vec<LineId>, Refusal>| {
            let refusal = refused.unwrap_err();
            assert_eq!(refusal.code, "validation_failed");
            refusal.errors[0].pointer.clone()
        };
        assert!(named(&[None; 200], 50).is_ok());
        assert_eq!(pointer(named(&[None; 201], 1)), "/lines");
        assert_eq!(pointer(named(&[None; 200], 51)), "/lines/196/quantity");
        assert_eq!(pointer(named(&[None, None], 10_000)), "/lines/1/quantity");
        assert_eq!(pointer(named(&[None, Some("1")], 1)), "/lines/1/id");
    }
}
