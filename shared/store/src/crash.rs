//! Dying on purpose at a chosen moment, for the tests that prove what survives.

use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// Where a process can be made to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrashPoint {
    /// All of a group is written, nothing committed.
    BeforeCommit,
    /// All of a group is on disk, nobody knows.
    AfterCommitBeforeAck,
    /// A call to a backend is about to leave.
    BeforeSend,
    /// A backend has answered, nothing is recorded.
    AfterAnswer,
    /// Between two steps of moving ended instances to the archive, or of erasing a month of it.
    Archive,
}

static ARMED: Mutex<Option<(CrashPoint, u64)>> = Mutex::new(None);

/// Die at the n-th time, from 1, that this point is reached anywhere in the process.
pub fn arm(point: CrashPoint, nth: u64) {
    *ARMED.lock().unwrap_or_else(PoisonError::into_inner) = Some((point, nth.max(1)));
}

/// The point is reached: counts it, and dies if it is the one.
pub fn hit(point: CrashPoint) {
    let mut armed = ARMED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, left)) = armed.as_mut()
        && *at == point
    {
        *left -= 1;
        if *left == 0 {
            die();
        }
    }
}

/// How many more times the armed point must be reached; `None` when nothing is armed. Tells a test when a run has ended alive.
pub fn left() -> Option<u64> {
    ARMED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .map(|(_point, left)| left)
}

/// Ends the process as a power cut would: no destructor, no flush, nothing said.
pub fn die() -> ! {
    // SIGKILL to oneself without unsafe code; should there be no `kill`, abort runs no destructor either.
    let sent = Command::new("kill")
        .args(["-9", &std::process::id().to_string()])
        .status();
    if !sent.is_ok_and(|status| status.success()) {
        std::process::abort();
    }
    loop {
        std::thread::park();
    }
}
