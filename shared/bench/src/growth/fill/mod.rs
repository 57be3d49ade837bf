//! Fills a folder with settled orders, placed some months ago: some as customers place them, most as copies of those.
//!
//! A copy is what the first orders wrote, written again through the store's port and into the backends' books, with
//! ids, numbers and times of its own.

mod books;
mod buyers;
mod contents;
mod copy;
mod fields;
mod nth;
mod part;
mod place;
mod plan;
mod readers;
mod rows;
mod scan;
mod tables;
mod template;
mod templates;
mod text;
mod totals;

use crate::engine::Setup;
use crate::growth::past::{DAY, Past};
use crate::growth::sample::Sample;
use crate::report::print_line;
use crate::shop::Shop;
use crossdock_model::Ids;
use nth::Nth;
use place::place_all;
use plan::{Placed, Plan, spread};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use templates::Templates;

/// So many days back the first orders were placed: older than what is kept beside the archive.
const DAYS: u32 = 120;
/// About how many orders are asked for later, spread over all.
const SAMPLES: u64 = 1_000;

/// Places and settles so many orders in a new folder; answers with some of them, of any age.
pub(crate) async fn fill(setup: &Setup, folder: &Path, orders: u64) -> Result<Vec<Sample>, String> {
    fill_as(setup, folder, Plan::of(orders)).await
}

async fn fill_as(setup: &Setup, folder: &Path, plan: Plan) -> Result<Vec<Sample>, String> {
    let began = setup.clock.monotonic();
    let (templates, copies) = if plan.copies > 0 {
        copied(setup, folder, plan).await?
    } else {
        (Vec::new(), Vec::new())
    };
    // Behind all copies, by number and by time.
    let behind = copies
        .last()
        .map(|nth| (nth.number(nth.stride), nth.seconds_later() + nth.seconds));
    let (first, later) = behind.unwrap_or_default();
    let (first, later) = (
        first.unsigned_abs(),
        Duration::from_secs(later.unsigned_abs()),
    );
    let shop = Shop::open(&past(setup, later)?, folder, &[]).await?;
    let last = place_all(&shop, first..first + plan.last).await?;
    let settled = shop.settle(&setup.clock).await;
    if settled != plan.orders() {
        return Err(format!("{settled} of {} orders settled", plan.orders()));
    }
    let mut samples = Vec::new();
    for (number, id) in spread((&templates, &copies, &last), SAMPLES) {
        samples.push(Sample::read(&shop, number, id.to_string()).await?);
    }
    shop.gateway.stop().await;
    let took = setup.clock.monotonic().saturating_sub(began).as_secs();
    let (orders, real) = (plan.orders(), plan.orders() - plan.copied());
    print_line(&format!(
        "{orders} orders filled in, {real} of them placed really, in {took} s"
    ));
    Ok(samples)
}

/// Places the template orders and copies them; answers with both.
async fn copied(
    setup: &Setup,
    folder: &Path,
    plan: Plan,
) -> Result<(Vec<Placed>, Vec<Nth>), String> {
    let templates = Templates::place(&past(setup, Duration::ZERO)?, folder, plan.templates).await?;
    let copies = templates.copies(plan.copies)?;
    let began = setup.clock.monotonic();
    templates.copy(folder, &copies).await?;
    let took = setup.clock.monotonic().saturating_sub(began).as_millis();
    let rate = u128::from(plan.copied()) * 1_000 / took.max(1);
    print_line(&format!(
        "{} orders copied from {} in {} s, {rate}/s",
        plan.copied(),
        plan.templates,
        took / 1_000
    ));
    Ok((templates.placed, copies))
}

/// The setup at so much after the midnight before the first orders, so that all of them are of one date.
fn past(setup: &Setup, after_midnight: Duration) -> Result<Setup, String> {
    let now = u64::try_from(setup.clock.now().as_second()).map_err(|error| error.to_string())?;
    let since_midnight = Duration::from_secs(now % DAY.as_secs());
    let back = (DAY * DAYS + since_midnight).saturating_sub(after_midnight);
    Ok(Setup {
        clock: Past::of(&setup.clock, back),
        // Ids never go back, and other fills were at other times.
        ids: Arc::new(Ids::random()),
        duration: setup.duration,
    })
}

#[cfg(test)]
mod tests;
