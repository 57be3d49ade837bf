//! The bounds of an engine: what it holds, waits for or attempts at a time.

/// The bounds of an engine.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Instances in memory; more starts are shed, more signals and timers wait.
    pub live: usize,
    /// Attempts in flight at a time; more wait.
    pub attempts: usize,
    /// Waiters at a time; more are answered `Pending` at once.
    pub waiters: usize,
    /// Overdue timers fired a second after a start.
    pub overdue_per_second: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            live: 20_000,
            attempts: 1_024,
            waiters: 4_096,
            overdue_per_second: 500,
        }
    }
}
