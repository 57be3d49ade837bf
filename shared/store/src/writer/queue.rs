//! The two lanes in front of a writer: progress is never refused, a start may be.

use super::WriterOptions;
use super::error::stopped;
use super::job::Job;
use crate::{Lane, StoreError};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

struct Waiting {
    bytes: usize,
    job: Box<dyn Job>,
}

#[derive(Default)]
struct Lanes {
    progress: VecDeque<Waiting>,
    start: VecDeque<Waiting>,
    start_bytes: usize,
    /// The writer sleeps, and has to be woken.
    idle: bool,
    closed: bool,
}

/// Bounded on the start lane by number and by bytes; the progress lane is bounded by the instances in flight.
pub(crate) struct Queue {
    lanes: Mutex<Lanes>,
    came: Condvar,
    max_jobs: usize,
    max_bytes: usize,
    start_jobs: usize,
    start_bytes: usize,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

impl Queue {
    pub(crate) fn new(options: &WriterOptions) -> Self {
        Self {
            lanes: Mutex::default(),
            came: Condvar::new(),
            max_jobs: options.max_jobs.max(1),
            max_bytes: options.max_bytes,
            start_jobs: options.start_jobs,
            start_bytes: options.start_bytes,
        }
    }

    /// Queues a job, or settles it at once with why not.
    pub(crate) fn push(&self, lane: Lane, bytes: usize, job: Box<dyn Job>) {
        let mut lanes = self.lanes();
        let refusal = if lanes.closed {
            Some(stopped())
        } else if lane == Lane::Start && self.start_is_full(&lanes, bytes) {
            Some(StoreError::Full)
        } else {
            None
        };
        if let Some(error) = refusal {
            drop(lanes);
            job.settle(Err(error));
            return;
        }
        match lane {
            Lane::Progress => lanes.progress.push_back(Waiting { bytes, job }),
            Lane::Start => {
                lanes.start_bytes += bytes;
                lanes.start.push_back(Waiting { bytes, job });
            }
        }
        let wake = std::mem::take(&mut lanes.idle);
        drop(lanes);
        if wake {
            self.came.notify_one();
        }
    }

    fn start_is_full(&self, lanes: &Lanes, bytes: usize) -> bool {
        let too_many = lanes.start.len() >= self.start_jobs;
        // A job larger than the bound still gets in when nothing waits before it.
        let too_large = !lanes.start.is_empty() && lanes.start_bytes + bytes > self.start_bytes;
        too_many || too_large
    }

    /// Waits for jobs; `false` when closed and empty.
    pub(crate) fn wait(&self) -> bool {
        let mut lanes = self.lanes();
        while lanes.progress.is_empty() && lanes.start.is_empty() {
            if lanes.closed {
                return false;
            }
            lanes.idle = true;
            lanes = self
                .came
                .wait(lanes)
                .unwrap_or_else(PoisonError::into_inner);
        }
        lanes.idle = false;
        true
    }

    /// Takes one group of what waits.
    pub(crate) fn take(&self, group: &mut Vec<Box<dyn Job>>) {
        let mut lanes = self.lanes();
        let mut bytes = 0;
        while group.len() < self.max_jobs && (group.is_empty() || bytes < self.max_bytes) {
            let next = match lanes.progress.pop_front() {
                Some(next) => next,
                None => match lanes.start.pop_front() {
                    Some(next) => {
                        lanes.start_bytes = lanes.start_bytes.saturating_sub(next.bytes);
                        next
                    }
                    None => break,
                },
            };
            bytes += next.bytes;
            group.push(next.job);
        }
    }

    /// Refuses what comes from now on; what is queued is still done.
    pub(crate) fn close(&self) {
        self.lanes().closed = true;
        self.came.notify_all();
    }

    /// Refuses what comes, and fails what is queued: nobody is left to do it.
    pub(crate) fn abandon(&self) {
        let mut lanes = self.lanes();
        lanes.closed = true;
        let left: Vec<Waiting> = std::mem::take(&mut lanes.progress)
            .into_iter()
            .chain(std::mem::take(&mut lanes.start))
            .collect();
        drop(lanes);
        for waiting in left {
            waiting.job.settle(Err(stopped()));
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.lanes().closed
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
