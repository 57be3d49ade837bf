//! The two queues in front of a writer: progress is never refused, a start may be.

use super::error::stopped;
use super::job::Job;
use super::options::WriterOptions;
use crate::{QueueClass, StoreError};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

struct Waiting {
    bytes: usize,
    job: Box<dyn Job>,
}

/// What waits, behind one lock.
#[derive(Default)]
struct State {
    progress: VecDeque<Waiting>,
    start: VecDeque<Waiting>,
    start_bytes: usize,
    /// The writer sleeps, and has to be woken.
    idle: bool,
    closed: bool,
    /// Why nothing can be written at present; starts are refused with it.
    unwritable: Option<Arc<str>>,
    /// What is not what was written, and what to do; starts are refused with it, until another start of the process.
    damaged: Option<Arc<str>>,
}

impl State {
    fn is_empty(&self) -> bool {
        self.progress.is_empty() && self.start.is_empty()
    }
}

/// The queue of starts is bounded by number and by bytes; that of progress is bounded by the instances in flight.
pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
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
            state: Mutex::default(),
            arrived: Condvar::new(),
            max_jobs: options.max_jobs.max(1),
            max_bytes: options.max_bytes,
            start_jobs: options.start_jobs,
            start_bytes: options.start_bytes,
        }
    }

    /// Queues a job, or settles it at once with why not.
    pub(crate) fn push(&self, class: QueueClass, bytes: usize, job: Box<dyn Job>) {
        let mut state = self.state();
        let refusal = if state.closed {
            Some(stopped())
        } else if let (QueueClass::Start, Some(what)) = (class, &state.damaged) {
            Some(StoreError::Corrupt(what.to_string()))
        } else if let (QueueClass::Start, Some(why)) = (class, &state.unwritable) {
            Some(StoreError::Broken(Arc::clone(why)))
        } else if class == QueueClass::Start && self.start_is_full(&state, bytes) {
            Some(StoreError::Full)
        } else {
            None
        };
        if let Some(error) = refusal {
            drop(state);
            job.complete(Err(error));
            return;
        }
        match class {
            QueueClass::Progress => state.progress.push_back(Waiting { bytes, job }),
            QueueClass::Start => {
                state.start_bytes += bytes;
                state.start.push_back(Waiting { bytes, job });
            }
        }
        let wake = std::mem::take(&mut state.idle);
        drop(state);
        if wake {
            self.arrived.notify_one();
        }
    }

    fn start_is_full(&self, state: &State, bytes: usize) -> bool {
        let too_many = state.start.len() >= self.start_jobs;
        // A job larger than the bound still gets in when nothing waits before it.
        let too_large = !state.start.is_empty() && state.start_bytes + bytes > self.start_bytes;
        too_many || too_large
    }

    /// Waits for jobs, at most that long; `false` when closed and empty.
    ///
    /// While nothing can be written it is not the jobs that are waited for but the time of the next probe.
    pub(crate) fn wait(&self, most: Duration) -> bool {
        let waits = |state: &mut State| {
            state.idle = !state.closed && (state.unwritable.is_some() || state.is_empty());
            state.idle
        };
        let (mut state, _timeout) = self
            .arrived
            .wait_timeout_while(self.state(), most, waits)
            .unwrap_or_else(PoisonError::into_inner);
        state.idle = false;
        !(state.closed && state.is_empty())
    }

    /// Refuses starts with that reason, those that wait too, or takes them again; `true` where it was otherwise before.
    pub(crate) fn set_unwritable(&self, why: Option<Arc<str>>) -> bool {
        let mut state = self.state();
        let is_news = state.unwritable.is_some() != why.is_some();
        state.unwritable.clone_from(&why);
        let Some(why) = why else {
            return is_news;
        };
        refuse_starts(state, &StoreError::Broken(why));
        is_news
    }

    /// Refuses starts for good, those that wait too: something is damaged, and this is what.
    pub(crate) fn set_damaged(&self, what: Arc<str>) {
        let mut state = self.state();
        let refusal = StoreError::Corrupt(what.to_string());
        state.damaged = Some(what);
        refuse_starts(state, &refusal);
    }

    /// What was found damaged since the file was opened, and what to do.
    pub(crate) fn damaged(&self) -> Option<Arc<str>> {
        self.state().damaged.clone()
    }

    /// Why nothing can be written at present.
    pub(crate) fn unwritable(&self) -> Option<Arc<str>> {
        self.state().unwritable.clone()
    }

    /// Takes one group of what waits.
    pub(crate) fn take(&self, group: &mut Vec<Box<dyn Job>>) {
        let mut state = self.state();
        let mut bytes = 0;
        while group.len() < self.max_jobs && (group.is_empty() || bytes < self.max_bytes) {
            let next = match state.progress.pop_front() {
                Some(next) => next,
                None => match state.start.pop_front() {
                    Some(next) => {
                        state.start_bytes = state.start_bytes.saturating_sub(next.bytes);
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
        self.state().closed = true;
        self.arrived.notify_all();
    }

    /// Refuses what comes, and fails what is queued: nobody is left to do it.
    pub(crate) fn abandon(&self) {
        let mut state = self.state();
        state.closed = true;
        let left: Vec<Waiting> = std::mem::take(&mut state.progress)
            .into_iter()
            .chain(std::mem::take(&mut state.start))
            .collect();
        drop(state);
        for waiting in left {
            waiting.job.complete(Err(stopped()));
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.state().closed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse_starts(mut state: MutexGuard<'_, State>, why: &StoreError) {
    let refused = std::mem::take(&mut state.start);
    state.start_bytes = 0;
    drop(state);
    for waiting in refused {
        waiting.job.complete(Err(why.clone()));
    }
}
