//! A closed loop: so many callers, each with one call at a time, for so long or for so many calls.

use crate::measure::{Run, cpu};
use crossdock_model::Clock;
use hdrhistogram::Histogram;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Three significant digits up to a minute: bounds that the library accepts, so it always answers.
#[expect(
    clippy::expect_used,
    reason = "the bounds are constants that the library accepts"
)]
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("1 µs to 60 s with three digits")
}

/// Runs `call(n)` from every client until the time is over; `n` rises over all clients.
pub(crate) async fn closed_loop<F, C>(
    clock: &Arc<dyn Clock>,
    clients: usize,
    duration: Duration,
    call: C,
) -> Run
where
    C: Fn(u64) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = bool> + Send,
{
    let (of, end) = (Arc::clone(clock), clock.monotonic() + duration);
    run(clock, clients, move |_n| of.monotonic() < end, call).await
}

/// Runs `call(n)` once for each `n` below `calls`, from every client by turns.
pub(crate) async fn each_once<F, C>(
    clock: &Arc<dyn Clock>,
    clients: usize,
    calls: u64,
    call: C,
) -> Run
where
    C: Fn(u64) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = bool> + Send,
{
    run(clock, clients, move |n| n < calls, call).await
}

async fn run<F, C>(
    clock: &Arc<dyn Clock>,
    clients: usize,
    goes_on: impl Fn(u64) -> bool + Clone + Send + Sync + 'static,
    call: C,
) -> Run
where
    C: Fn(u64) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = bool> + Send,
{
    let next = Arc::new(AtomicU64::new(0));
    let (began, cpu_before) = (clock.monotonic(), cpu());
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (clock, next, call) = (Arc::clone(clock), Arc::clone(&next), call.clone());
            let goes_on = goes_on.clone();
            crossdock_runtime::spawn(async move {
                let mut latencies = histogram();
                let mut failed = 0u64;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if !goes_on(n) {
                        break;
                    }
                    let asked = clock.monotonic();
                    if call(n).await {
                        let elapsed = clock.monotonic().saturating_sub(asked).as_micros();
                        latencies.saturating_record(u64::try_from(elapsed).unwrap_or(u64::MAX));
                    } else {
                        failed += 1;
                    }
                }
                (latencies, failed)
            })
        })
        .collect();
    let mut latencies = histogram();
    let mut failed = 0;
    for task in tasks {
        let Some((of_one, failed_of_one)) = task.await else {
            continue;
        };
        if latencies.add(&of_one).is_err() {
            failed += of_one.len();
        }
        failed += failed_of_one;
    }
    let elapsed = clock.monotonic().saturating_sub(began);
    Run {
        latencies,
        failed,
        elapsed,
        cpu: cpu().saturating_sub(cpu_before),
        appends: 0,
        syncs: 0,
    }
}
