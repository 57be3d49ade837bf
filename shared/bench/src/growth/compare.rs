//! The same load on two shops by turns, so that what the machine does meanwhile falls on both.

use crate::engine::Setup;
use crate::growth::questions::Question;
use crate::growth::sample::Sample;
use crate::load::{closed_loop, each_once};
use crate::measure::Run;
use crate::shop::{Shop, order};
use std::sync::Arc;
use std::time::Duration;

/// How often each shop has its turn.
const ROUNDS: u32 = 5;
/// How many ask at once.
const READERS: usize = 4;
/// How many order at once.
const BUYERS: usize = 16;

/// A shop with the orders that are asked for.
pub(crate) struct Side {
    pub(crate) shop: Arc<Shop>,
    pub(crate) samples: Arc<Vec<Sample>>,
}

/// What was measured of both: the small one, the grown one.
pub(crate) struct Pair {
    /// The line's name in the table.
    pub(crate) what: &'static str,
    pub(crate) small: Run,
    pub(crate) grown: Run,
}

/// Asks both one question: about each order once, which may have to come from the disk, and then for some time.
pub(crate) async fn ask(
    setup: &Setup,
    sides: &[Side; 2],
    question: &'static Question,
) -> Result<(Pair, Pair), String> {
    let load = |side: &Side| {
        let (shop, samples) = (Arc::clone(&side.shop), Arc::clone(&side.samples));
        move |n: u64| {
            let (shop, samples) = (Arc::clone(&shop), Arc::clone(&samples));
            async move {
                // A stride that is prime to the length visits all ages in any short run.
                let at = n.wrapping_mul(7_919) % samples.len().max(1) as u64;
                let Some(sample) = usize::try_from(at).ok().and_then(|at| samples.get(at)) else {
                    return false;
                };
                question.is_answered(&shop, sample).await
            }
        }
    };
    let [few, many] = sides;
    let (small, grown) = (load(few), load(many));
    let all = |side: &Side, load| each_once(&setup.clock, READERS, side.samples.len() as u64, load);
    let first = Some((
        all(few, small.clone()).await,
        all(many, grown.clone()).await,
    ));
    let mut runs: Option<(Run, Run)> = None;
    let turn = setup.duration / ROUNDS;
    for _round in 0..ROUNDS {
        let one = closed_loop(&setup.clock, READERS, turn, small.clone()).await;
        let other = closed_loop(&setup.clock, READERS, turn, grown.clone()).await;
        runs = Some(joined(runs, one, other));
    }
    Ok((pair(question.name, first)?, pair(question.name, runs)?))
}

/// Places orders in both.
pub(crate) async fn buy(setup: &Setup, sides: &[Side; 2]) -> Result<Pair, String> {
    // Another run over the same folders has orders of its own.
    let run = setup.ids.next(setup.clock.now()).simple();
    let load = |side: &Side, round: u32| {
        let customer = side.shop.customer.clone();
        move |n: u64| {
            let (customer, reference) = (customer.clone(), format!("new-{run}-{round}-{n}"));
            async move { order(&customer, &reference).await.is_some() }
        }
    };
    let [small, grown] = sides;
    let mut runs: Option<(Run, Run)> = None;
    for round in 0..ROUNDS {
        let turn = setup.duration.max(Duration::from_secs(2));
        let one = closed_loop(&setup.clock, BUYERS, turn, load(small, round)).await;
        small.shop.settle(&setup.clock).await;
        let other = closed_loop(&setup.clock, BUYERS, turn, load(grown, round)).await;
        grown.shop.settle(&setup.clock).await;
        runs = Some(joined(runs, one, other));
    }
    pair("orders: quoted and placed", runs)
}

fn joined(before: Option<(Run, Run)>, one: Run, other: Run) -> (Run, Run) {
    match before {
        Some((small, grown)) => (small.and(&one), grown.and(&other)),
        None => (one, other),
    }
}

fn pair(what: &'static str, runs: Option<(Run, Run)>) -> Result<Pair, String> {
    let (small, grown) = runs.ok_or("no round was run")?;
    for (side, run) in [("small", &small), ("grown", &grown)] {
        if run.failed > 0 || run.latencies.is_empty() {
            let (failed, done) = (run.failed, run.latencies.len());
            return Err(format!(
                "{what}: {failed} calls failed in the {side} shop, {done} did not"
            ));
        }
    }
    Ok(Pair { what, small, grown })
}
