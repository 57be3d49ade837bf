//! Permits to make attempts: shared by all of the process, or exclusive to one suspect.
//!
//! An attempt holds its permit from before the append that announces it until after the append of its outcome, so at any
//! death the journal names exactly those that were in flight. A request for an exclusive permit keeps others from beginning.

use crate::core::{Admission, AttemptId};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// The permits of one process: many shared ones at a time, or one exclusive one.
#[derive(Debug, Default)]
pub(crate) struct AttemptPermits(Arc<RwLock<()>>);

/// The right to begin attempts, given back when it is dropped.
#[derive(Debug)]
pub(crate) enum Permit {
    /// For every attempt that is no suspect, beside others.
    Shared { _guard: OwnedRwLockReadGuard<()> },
    /// For that suspect, which runs isolated.
    Exclusive {
        attempt: AttemptId,
        _guard: OwnedRwLockWriteGuard<()>,
    },
}

/// A permit that is asked for and not granted yet.
pub(crate) struct PermitRequest {
    /// The suspect that has to run isolated; none where a shared permit is asked for.
    pub(crate) isolated: Option<AttemptId>,
    granted: BoxFuture<'static, Permit>,
}

impl AttemptPermits {
    /// A shared permit, unless an exclusive one is granted or asked for.
    pub(crate) fn try_shared(&self) -> Option<Permit> {
        let guard = Arc::clone(&self.0).try_read_owned();
        guard.ok().map(|guard| Permit::Shared { _guard: guard })
    }

    /// Asks for a permit; they are granted in the order in which they were asked for.
    pub(crate) fn request(&self, isolated: Option<AttemptId>) -> PermitRequest {
        let lock = Arc::clone(&self.0);
        let granted: BoxFuture<'static, Permit> = match isolated {
            Some(attempt) => Box::pin(async move {
                let guard = lock.write_owned().await;
                Permit::Exclusive {
                    attempt,
                    _guard: guard,
                }
            }),
            None => Box::pin(async move {
                let guard = lock.read_owned().await;
                Permit::Shared { _guard: guard }
            }),
        };
        PermitRequest { isolated, granted }
    }
}

impl Permit {
    /// What a turn may begin under it.
    pub(crate) fn admission(&self) -> Admission {
        match self {
            Self::Shared { .. } => Admission::Shared,
            Self::Exclusive { attempt, .. } => Admission::Exclusive(*attempt),
        }
    }

    /// Whether that attempt may be made under it.
    pub(crate) fn covers(&self, attempt: AttemptId) -> bool {
        match self {
            Self::Shared { .. } => true,
            Self::Exclusive { attempt: only, .. } => *only == attempt,
        }
    }
}

/// Ends when the request is granted; where there is none, never.
pub(crate) async fn granted(request: &mut Option<PermitRequest>) -> Permit {
    match request {
        Some(request) => request.granted.as_mut().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn an_exclusive_permit_waits_for_those_in_flight_and_keeps_others_from_beginning() {
        let permits = AttemptPermits::default();
        let in_flight = permits.try_shared();
        let (mut first, mut second) = (
            Some(permits.request(Some((1, false)))),
            Some(permits.request(Some((2, false)))),
        );
        assert!(granted(&mut first).now_or_never().is_none());
        assert!(granted(&mut second).now_or_never().is_none());
        assert!(
            permits.try_shared().is_none(),
            "nothing begins beside a suspect"
        );
        drop(in_flight);
        let exclusive = granted(&mut first).now_or_never().unwrap();
        assert!(
            granted(&mut second).now_or_never().is_none(),
            "one at a time"
        );
        assert!(exclusive.covers((1, false)) && !exclusive.covers((1, true)));
        drop(exclusive);
        assert!(granted(&mut second).now_or_never().is_some());
        assert!(permits.try_shared().is_some());
    }

    #[test]
    fn a_request_that_is_given_up_is_in_nobodys_way() {
        let permits = AttemptPermits::default();
        let in_flight = permits.try_shared();
        let mut request = Some(permits.request(Some((1, false))));
        assert!(granted(&mut request).now_or_never().is_none());
        drop(request);
        assert!(permits.try_shared().is_some());
        drop(in_flight);
    }
}
