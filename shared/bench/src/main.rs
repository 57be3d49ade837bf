//! Measures Crossdock against a raw store probe of the same run: `cargo xtask bench`.

mod appends;
mod engine;
mod growth;
mod hop;
mod load;
mod measure;
mod orders;
mod process;
mod report;
mod shop;

use alloc_counter::AllocCounter;
use crossdock_model::{Clock, Ids};
use crossdock_runtime::SystemClock;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// The allocator of the product, counting.
#[global_allocator]
static ALLOCATOR: AllocCounter<mimalloc::MiMalloc> = AllocCounter(mimalloc::MiMalloc);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some(asked) = Asked::of(&arguments) else {
        return report::failed(
            "usage: [SECONDS] | hop | appends | growth [--orders N [--in FOLDER]]",
        );
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return report::failed(&format!("no runtime: {error}")),
    };
    let measured = runtime.block_on(measure(asked));
    // A measurement that failed may leave a shop open, and a thread of it that waits for more to do.
    runtime.shutdown_background();
    match measured {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => report::failed("a bar was missed; see the table"),
        Err(why) => report::failed(&why),
    }
}

/// What is to be measured.
#[derive(Debug, Clone, Copy)]
enum Asked<'a> {
    /// A hop between tiers alone.
    Hop,
    /// Hop, engine and orders, each load for so long.
    Everything(Duration),
    /// Which appends an order costs.
    Appends,
    /// What a history of so many orders costs; in a folder that stays where one is named.
    Growth(u64, Option<&'a Path>),
}

impl<'a> Asked<'a> {
    fn of(arguments: &[&'a str]) -> Option<Self> {
        let seconds = |text: &str| text.parse().map(Duration::from_secs).ok();
        match arguments {
            [] => Some(Self::Everything(Duration::from_secs(5))),
            ["hop"] => Some(Self::Hop),
            ["appends"] => Some(Self::Appends),
            ["growth"] => Some(Self::Growth(200_000, None)),
            ["growth", "--orders", orders] => Some(Self::Growth(orders.parse().ok()?, None)),
            ["growth", "--orders", orders, "--in", folder] => {
                Some(Self::Growth(orders.parse().ok()?, Some(Path::new(*folder))))
            }
            [text] => seconds(text).map(Self::Everything),
            _more => None,
        }
    }
}

/// Everything of one run; whether every floor held.
async fn measure(asked: Asked<'_>) -> Result<bool, String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let mut setup = engine::Setup {
        clock,
        ids: Arc::new(Ids::random()),
        duration: Duration::from_secs(5),
    };
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let folder = folder.path();
    match asked {
        Asked::Hop => hop::measure().await.map(|()| true),
        Asked::Appends => appends::measure(&setup, folder).await.map(|()| true),
        Asked::Growth(orders, kept) => {
            setup.duration = Duration::from_secs(3);
            Box::pin(growth::measure(&setup, kept.unwrap_or(folder), orders)).await
        }
        Asked::Everything(duration) => {
            setup.duration = duration;
            hop::measure().await?;
            let empty = folder.join("idle");
            let idle_kb = process::start(&setup, &empty).await?.idle_kb;
            let mut lines = vec![engine::probe(&setup, folder, 256).await?];
            lines.extend(engine::measure(&setup, folder, &[1, 16, 64, 256]).await?);
            let orders = orders::measure(&setup, &folder.join("orders"), &[1, 16, 64]).await?;
            report::print(&lines, &orders, idle_kb)
        }
    }
}
