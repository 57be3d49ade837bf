//! Runs of units: cut where something happens to some of them, joined where they are alike again.

use crate::UnitRun;
use crossdock_model::UnitRange;

/// The rows of these units, cut to them, in the sequence asked for; unknown units are left out.
pub(crate) fn rows(runs: &[UnitRun], wanted: &[UnitRange]) -> Vec<UnitRun> {
    let cut = |range: &UnitRange| -> Vec<UnitRun> {
        let parts = runs
            .iter()
            .filter_map(|run| Some(run.cut(run.units.overlap(range)?)));
        parts.collect()
    };
    wanted.iter().flat_map(cut).collect()
}

/// Changes these units, if every one of them may be changed; else changes nothing and answers false.
pub(crate) fn change(
    runs: &mut Vec<UnitRun>,
    wanted: &UnitRange,
    may: impl Fn(&UnitRun) -> bool,
    how: impl Fn(&mut UnitRun),
) -> bool {
    let found = runs
        .iter()
        .filter(|run| may(run))
        .filter_map(|run| run.units.overlap(wanted));
    let found: u32 = found.map(|units| units.count()).sum();
    if found < wanted.count() {
        return false;
    }
    let mut after = Vec::with_capacity(runs.len() + 2);
    for run in runs.drain(..) {
        let Some(units) = run.units.overlap(wanted) else {
            after.push(run);
            continue;
        };
        let before = run.units.before(units.first());
        let behind = run.units.after(units.last());
        after.extend(before.map(|units| run.cut(units)));
        let mut changed = run.cut(units);
        how(&mut changed);
        after.push(changed);
        after.extend(behind.map(|units| run.cut(units)));
    }
    *runs = joined(after);
    true
}

/// The same rows, neighbours that are alike in one.
pub fn joined(runs: impl IntoIterator<Item = UnitRun>) -> Vec<UnitRun> {
    let mut joined: Vec<UnitRun> = Vec::new();
    for run in runs {
        if let Some(last) = joined.last_mut()
            && let Some(units) = last.units.join(&run.units)
            && last.cut(units.clone()) == run.cut(units.clone())
        {
            last.units = units;
        } else {
            joined.push(run);
        }
    }
    joined
}
