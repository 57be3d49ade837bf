//! The bounds of a writer: its groups, its queue, its checkpoints.

use std::time::Duration;

/// How much a writer takes on at once.
#[derive(Debug, Clone, Copy)]
pub struct WriterOptions {
    /// How many jobs one commit takes at most.
    pub max_jobs: usize,
    /// How many bytes one commit takes at most, as the jobs state them.
    pub max_bytes: usize,
    /// Jobs that may wait on [`crate::QueueClass::Start`].
    pub start_jobs: usize,
    /// Bytes that may wait on [`crate::QueueClass::Start`].
    pub start_bytes: usize,
    /// How many read-only connections are open at most.
    pub readers: usize,
    /// What each of them keeps of the file at most, in KiB.
    pub reader_cache_kib: u32,
    /// How often a growing log is copied into the file, beside the writer.
    pub checkpoint_every: Duration,
    /// After how many pages of log the writer itself helps, so that the log can start over.
    pub checkpoint_pages: u32,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            max_jobs: 256,
            max_bytes: 1 << 20,
            start_jobs: 4_096,
            start_bytes: 16 << 20,
            readers: 4,
            reader_cache_kib: 2_048,
            checkpoint_every: Duration::from_millis(100),
            checkpoint_pages: 2_048,
        }
    }
}
