//! Measures Crossdock against a raw store probe of the same run: `cargo xtask bench`.

mod engine;
mod hop;
mod load;
mod measure;
mod orders;
mod report;

use alloc_counter::AllocCounter;
use crossdock_model::{Clock, Ids};
use crossdock_runtime::SystemClock;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// The allocator of the product, counting.
#[global_allocator]
static ALLOCATOR: AllocCounter<mimalloc::MiMalloc> = AllocCounter(mimalloc::MiMalloc);

fn main() -> ExitCode {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let seconds = argument.parse().unwrap_or(5);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return report::failed(&format!("no runtime: {error}")),
    };
    let measured = runtime.block_on(async {
        hop::measure().await?;
        match argument.as_str() {
            "hop" => Ok(true),
            _everything => measure(Duration::from_secs(seconds)).await,
        }
    });
    match measured {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => report::failed("a floor was missed; see the table"),
        Err(why) => report::failed(&why),
    }
}

/// Everything in one run; whether every floor held.
async fn measure(duration: Duration) -> Result<bool, String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let setup = engine::Setup {
        clock,
        ids: Arc::new(Ids::random()),
        duration,
    };
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let idle_kb = orders::idle_memory(&setup).await?;
    let mut lines = vec![engine::probe(&setup, folder.path(), 256).await?];
    lines.extend(engine::measure(&setup, folder.path(), &[1, 16, 64, 256]).await?);
    let orders = orders::measure(&setup, &folder.path().join("orders"), &[1, 16, 64]).await?;
    report::print(&lines, &orders, idle_kb)
}
