//! How many calls to one backend are in flight at once: the others wait for their turn.
//!
//! The waiting is tower's own: a service is ready when it holds a permit of the backend's semaphore,
//! and the permit goes back when the call ends or its caller is gone.

use serde::Deserialize;
use std::num::NonZeroU16;
use tower::limit::GlobalConcurrencyLimitLayer;

/// The most calls to one backend at once, `max-in-flight` of a connector.
///
/// The default, 512, is two full group commits of an embedded backend: one that is being written, one
/// that is being filled. A vendor that allows fewer connections gets its own number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct MaxInFlight(NonZeroU16);

impl MaxInFlight {
    /// So many calls at once.
    pub const fn new(calls: NonZeroU16) -> Self {
        Self(calls)
    }

    /// The layer of one backend; its clones share the permits.
    pub(crate) fn layer(self) -> GlobalConcurrencyLimitLayer {
        GlobalConcurrencyLimitLayer::new(self.0.get().into())
    }
}

impl Default for MaxInFlight {
    fn default() -> Self {
        Self(const { NonZeroU16::new(512).unwrap() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::DeadlineLayer;
    use crate::error::EndpointError;
    use crate::message::Reply;
    use crate::testing::{ok, request};
    use futures_util::FutureExt as _;
    use futures_util::future::BoxFuture;
    use std::sync::Arc;
    use std::time::Duration;
    use tokio::sync::Notify;
    use tower::{ServiceBuilder, ServiceExt as _, service_fn};

    /// A backend that takes two calls at once and finishes one at each release.
    struct Backend {
        finish: Arc<Notify>,
        two: GlobalConcurrencyLimitLayer,
    }

    impl Backend {
        fn new() -> Self {
            Self {
                finish: Arc::default(),
                two: MaxInFlight::new(NonZeroU16::new(2).unwrap()).layer(),
            }
        }

        /// A call that has been polled once: it is in flight, or it waits.
        fn called(&self, timeout: Duration) -> BoxFuture<'static, Result<Reply, EndpointError>> {
            let finish = Arc::clone(&self.finish);
            let stack = ServiceBuilder::new()
                .layer(DeadlineLayer)
                .layer(self.two.clone())
                .service(service_fn(move |_request| {
                    let finish = Arc::clone(&finish);
                    async move {
                        finish.notified().await;
                        Ok(ok())
                    }
                }));
            let mut call = stack.oneshot(request(timeout)).boxed();
            assert!((&mut call).now_or_never().is_none());
            call
        }
    }

    const LONG: Duration = Duration::from_hours(1);

    #[tokio::test]
    async fn the_third_call_goes_on_when_one_of_two_is_finished() {
        let backend = Backend::new();
        let (first, second) = (backend.called(LONG), backend.called(LONG));
        let mut third = backend.called(LONG);
        backend.finish.notify_one();
        assert!(first.await.is_ok());
        // Now it is in flight, behind the second.
        assert!((&mut third).now_or_never().is_none());
        backend.finish.notify_waiters();
        assert!(second.await.is_ok() && third.await.is_ok());
    }

    #[tokio::test]
    async fn the_third_call_ends_at_its_deadline_and_nothing_was_sent() {
        let backend = Backend::new();
        let (mut first, mut second) = (backend.called(LONG), backend.called(LONG));
        let third = backend.called(Duration::from_millis(20)).await;
        assert!(matches!(third, Err(EndpointError::NotSent(_))), "{third:?}");
        assert!((&mut first).now_or_never().is_none() && (&mut second).now_or_never().is_none());
    }

    #[tokio::test]
    async fn a_caller_that_is_gone_leaves_its_permit_to_the_next() {
        let backend = Backend::new();
        let (first, _second) = (backend.called(LONG), backend.called(LONG));
        let (gone, mut fourth) = (backend.called(LONG), backend.called(LONG));
        drop((first, gone));
        assert!((&mut fourth).now_or_never().is_none());
        backend.finish.notify_waiters();
        assert!(fourth.await.is_ok());
    }

    #[test]
    fn a_limit_of_none_is_refused() {
        assert!(serde_json::from_str::<MaxInFlight>("0").is_err());
        let default = serde_json::from_str::<MaxInFlight>("512").unwrap();
        assert_eq!(default, MaxInFlight::default());
    }
}
