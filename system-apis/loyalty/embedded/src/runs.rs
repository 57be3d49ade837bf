//! Lists of neighbouring units that share something.

use crate::wire::RunPoints;
use crossdock_books::VendorError;
use crossdock_model::UnitRange;

/// Refuses ranges that have a unit in common.
pub(crate) fn apart<'a>(
    ranges: impl IntoIterator<Item = &'a UnitRange>,
) -> Result<(), VendorError> {
    let mut ranges: Vec<&UnitRange> = ranges.into_iter().collect();
    ranges.sort();
    // Sorted, whatever overlaps anything overlaps its neighbour.
    let double = ranges.windows(2).find_map(|pair| match pair {
        [before, after] => before.overlap(after),
        _alone => None,
    });
    double.map_or(Ok(()), |units| {
        let message = format!("{units} is named more than once: name each unit once");
        Err(VendorError::unprocessable("wrong_units", message))
    })
}

/// Refuses runs that have a unit in common or no points.
pub(crate) fn with_points(runs: &[RunPoints]) -> Result<(), VendorError> {
    if runs.iter().any(|run| run.points_each <= 0) {
        let message = "name units with at least 1 point each";
        return Err(VendorError::unprocessable("wrong_units", message));
    }
    apart(runs.iter().map(|run| &run.units))
}

/// By line and number, in as few runs as there can be: neighbours that share a value are one.
pub(crate) fn joined<T: PartialEq>(
    runs: impl IntoIterator<Item = (UnitRange, T)>,
) -> Vec<(UnitRange, T)> {
    let mut runs: Vec<(UnitRange, T)> = runs.into_iter().collect();
    runs.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut joined: Vec<(UnitRange, T)> = Vec::with_capacity(runs.len());
    for (units, value) in runs {
        if let Some((before, shared)) = joined.last_mut()
            && *shared == value
            && let Some(both) = before.join(&units)
        {
            *before = both;
        } else {
            joined.push((units, value));
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> UnitRange {
        text.parse().unwrap()
    }

    #[test]
    fn neighbours_with_the_same_value_are_one_run() {
        let runs = [
            ("B#1", 1),
            ("A#4..A#5", 1),
            ("A#1..A#3", 1),
            ("A#6", 2),
            ("A#8", 2),
        ];
        let runs = joined(runs.map(|(units, value)| (range(units), value)));
        let expected = [("A#1..A#5", 1), ("A#6", 2), ("A#8", 2), ("B#1", 1)];
        assert_eq!(runs, expected.map(|(units, value)| (range(units), value)));
    }

    #[test]
    fn a_unit_is_named_once() {
        let ranges = [range("A#7..A#9"), range("B#8"), range("A#1..A#7")];
        assert!(apart(&ranges).unwrap_err().to_string().contains("A#7 is"));
        assert_eq!(apart(&ranges[..2]), Ok(()));
    }
}
