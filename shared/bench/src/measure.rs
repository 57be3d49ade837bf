//! What one measurement says: rate, latencies, success, CPU an item, memory.

use hdrhistogram::Histogram;
use serde::Serialize;
use std::time::Duration;

/// Ticks of `/proc/self/stat` in a second (`sysconf(_SC_CLK_TCK)` on Linux).
const TICKS: u64 = 100;

/// One line of the report.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// The scenario, as the report names it.
    pub(crate) what: String,
    /// How many callers at once.
    pub(crate) clients: usize,
    /// Items that came to their end, a second.
    pub(crate) per_second: u64,
    /// The median latency, in microseconds.
    pub(crate) p50_us: u64,
    /// The 99th percentile of latency, in microseconds.
    pub(crate) p99_us: u64,
    /// Thousandths of all calls that succeeded.
    pub(crate) success_permille: u64,
    /// CPU of the whole process, load generator included, for one item.
    pub(crate) cpu_us_each: u64,
    /// The most memory the process ever held.
    pub(crate) peak_kb: u64,
    /// Appends to stores and books for one item, thousandths.
    pub(crate) appends_milli: u64,
    /// Syncs for one item, thousandths.
    pub(crate) syncs_milli: u64,
}

/// The raw counts of one run, from which its line is made.
pub(crate) struct Run {
    pub(crate) latencies: Histogram<u64>,
    pub(crate) failed: u64,
    pub(crate) elapsed: Duration,
    pub(crate) cpu: Duration,
    pub(crate) appends: u64,
    pub(crate) syncs: u64,
}

impl Run {
    /// So many in this run, as a rate.
    pub(crate) fn a_second(&self, count: u64) -> u64 {
        let micros = u64::try_from(self.elapsed.as_micros()).unwrap_or(u64::MAX);
        (count * 1_000_000).checked_div(micros).unwrap_or(0)
    }

    /// This run with another one of the same load.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        if self.latencies.add(&other.latencies).is_err() {
            self.failed += other.latencies.len();
        }
        Self {
            latencies: self.latencies,
            failed: self.failed + other.failed,
            elapsed: self.elapsed + other.elapsed,
            cpu: self.cpu + other.cpu,
            appends: self.appends + other.appends,
            syncs: self.syncs + other.syncs,
        }
    }

    /// The run as a line of the report.
    pub(crate) fn line(&self, what: &str, clients: usize) -> Line {
        let done = self.latencies.len();
        let each = |total: u64| total.checked_div(done).unwrap_or(0);
        let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Line {
            what: what.to_owned(),
            clients,
            per_second: self.a_second(done),
            p50_us: self.latencies.value_at_quantile(0.5),
            p99_us: self.latencies.value_at_quantile(0.99),
            success_permille: (done * 1_000).checked_div(done + self.failed).unwrap_or(0),
            cpu_us_each: each(micros(self.cpu)),
            peak_kb: memory_kb("VmHWM:", "self"),
            appends_milli: each(self.appends * 1_000),
            syncs_milli: each(self.syncs * 1_000),
        }
    }
}

/// CPU time that this process has used, in user and kernel.
pub(crate) fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name may hold anything, so fields are counted after its closing bracket.
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 1_000 / TICKS)
}

/// A figure of `/proc/<process>/status`, in kB.
pub(crate) fn memory_kb(figure: &str, process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with(figure))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kb| kb.parse().ok())
        .unwrap_or(0)
}
