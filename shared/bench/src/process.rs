//! The real binary over a folder: how long it takes to be ready, and what it holds with nothing to do.

use crate::engine::Setup;
use crate::measure::memory_kb;
use crate::shop::pause;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A binary that is not ready by then never will be.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a start of the binary comes to.
pub(crate) struct Start {
    /// From its start to its run file, which it writes when every listener answers.
    pub(crate) ready: Duration,
    /// What it holds two seconds later, in kB.
    pub(crate) idle_kb: u64,
}

/// Starts the binary beside this one over that folder, looks at it, and kills it.
pub(crate) async fn start(setup: &Setup, folder: &Path) -> Result<Start, String> {
    let binary = std::env::current_exe().map_err(|error| error.to_string())?;
    let binary = binary.with_file_name("crossdock");
    let ready_file = folder.join("run-process.json");
    // What a killed process left behind would look like a start that took no time.
    let _absent = std::fs::remove_file(&ready_file);
    let mut command = Command::new(&binary);
    command.args(["up", "--no-demo", "--data"]).arg(folder);
    for listener in ["PUBLIC", "HOOKS", "INTERNAL", "OPERATIONS"] {
        command.env(format!("CROSSDOCK__LISTENERS__{listener}"), "127.0.0.1:0");
    }
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    let began = setup.clock.monotonic();
    let mut process = quiet
        .spawn()
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    while !ready_file.exists() && setup.clock.monotonic() < began + PATIENCE {
        pause(&setup.clock, Duration::from_millis(2)).await;
    }
    let ready = setup.clock.monotonic().saturating_sub(began);
    pause(&setup.clock, Duration::from_secs(2)).await;
    let idle_kb = memory_kb("VmRSS:", &process.id().to_string());
    process
        .kill()
        .and_then(|()| process.wait())
        .map_err(|error| error.to_string())?;
    if idle_kb == 0 {
        return Err(format!("{} ended by itself", binary.display()));
    }
    Ok(Start { ready, idle_kb })
}
