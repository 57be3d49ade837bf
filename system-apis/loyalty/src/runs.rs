//! What the runs of a request must be before an engine is asked: apart from each other, and with a sum.

use crossdock_model::{Refusal, UnitRange, Violation, checked_total, too_large};
use sys_loyalty_contract::RunPoints;

/// Refuses runs that have a unit in common, and points whose sum does not fit.
pub(crate) fn check_points(runs: &[RunPoints]) -> Result<(), Refusal> {
    apart(runs.iter().map(|run| &run.units), |at| {
        format!("/runs/{at}/units")
    })?;
    let totals: Option<Vec<i64>> = runs.iter().map(RunPoints::total).collect();
    let totals = totals.ok_or_else(|| too_large("the points"))?;
    checked_total("the points", totals).map(drop)
}

/// Refuses ranges that have a unit in common.
pub(crate) fn check_ranges(ranges: &[UnitRange]) -> Result<(), Refusal> {
    apart(ranges.iter(), |at| format!("/units/{at}"))
}

fn apart<'a>(
    ranges: impl Iterator<Item = &'a UnitRange>,
    pointer: impl Fn(usize) -> String,
) -> Result<(), Refusal> {
    let mut ranges: Vec<(usize, &UnitRange)> = ranges.enumerate().collect();
    ranges.sort_by_key(|(_at, range)| *range);
    // Sorted, whatever overlaps anything overlaps its neighbour.
    for pair in ranges.windows(2) {
        if let [(_, before), (at, range)] = pair
            && let Some(common) = before.overlap(range)
        {
            let detail = format!("{before} and {range} both name {common}: name each unit once");
            let mut refusal = Refusal::new("validation_failed", detail.clone());
            refusal.errors.push(Violation {
                pointer: pointer(*at),
                detail,
            });
            return Err(refusal);
        }
    }
    Ok(())
}
