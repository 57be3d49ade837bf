//! Crossdock as processes: killed at every boundary, split by tier, stopped and started again.

mod at_the_provider;
mod audit;
mod by_hand;
mod called_off;
mod journey;
mod process;
mod relay;
mod shop;

mod apart;
mod audit_chain;
mod crash;
mod damage;
mod durability;
mod folder;
mod healing;
mod nth;
mod personal_data;
mod poison;
mod readers;
mod two_of_a_kind;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// How many installations are tried at once: on two cores, mostly waiting for the disk.
const AT_ONCE: usize = 4;

/// Runs a future to its end, on this thread.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// Tries each case, some at once; answers what failed, each with its case.
fn each(cases: Vec<String>, attempt: impl Fn(&str) -> Result<(), String> + Sync) -> Vec<String> {
    let left = Mutex::new(VecDeque::from(cases));
    let failed = Mutex::new(Vec::new());
    let next = || {
        left.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    };
    std::thread::scope(|scope| {
        for _worker in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = next() {
                    let done = catch_unwind(AssertUnwindSafe(|| attempt(&case)));
                    let done = done.unwrap_or_else(|panic| Err(message_of(&*panic)));
                    if let Err(why) = done {
                        let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                        failed.push(format!("{case}: {why}"));
                    }
                }
            });
        }
    });
    failed.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("it panicked")
        .to_owned()
}
