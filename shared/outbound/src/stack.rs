//! The layers around every exchange that leaves an API, in their order.

use crate::concurrency::MaxInFlight;
use crate::credentials::{CredentialsLayer, CredentialsService};
use crate::deadline::{DeadlineLayer, DeadlineService};
use crate::error::EndpointError;
use crate::message::{OutboundRequest, Reply};
use crate::trace::{TraceLayer, TraceService};
use http::{HeaderName, HeaderValue};
use std::sync::Arc;
use tower::limit::{ConcurrencyLimit, GlobalConcurrencyLimitLayer};
use tower::util::Either;
use tower::{Service, ServiceBuilder};

/// What is set for the calls to one peer; an absent policy is absent from the stack.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    peer: Arc<str>,
    in_flight: Option<GlobalConcurrencyLimitLayer>,
    credentials: Option<CredentialsLayer>,
}

impl Policies {
    /// For calls to a peer of that name: without a limit, without credentials.
    pub(crate) fn new(peer: &str) -> Self {
        Self {
            peer: peer.into(),
            in_flight: None,
            credentials: None,
        }
    }

    pub(crate) fn named(self, peer: &str) -> Self {
        Self {
            peer: peer.into(),
            ..self
        }
    }

    pub(crate) fn in_flight(self, most: MaxInFlight) -> Self {
        Self {
            in_flight: Some(most.layer()),
            ..self
        }
    }

    pub(crate) fn credential(self, name: HeaderName, value: HeaderValue) -> Self {
        let credentials = self.credentials.unwrap_or_default().and(name, value);
        Self {
            credentials: Some(credentials),
            ..self
        }
    }
}

type WithCredentials<S> = Either<CredentialsService<S>, S>;
type Limited<S> = Either<ConcurrencyLimit<WithCredentials<S>>, WithCredentials<S>>;
/// An innermost service with its layers: all of it one type, so a call boxes nothing.
pub(crate) type Stack<S> = TraceService<DeadlineService<Limited<S>>>;

/// Outermost first. No layer sends a request twice: what is sent again is marked as repeated, and only
/// the workflow engine does that.
pub(crate) fn compose<S>(innermost: S, policies: &Policies) -> Stack<S>
where
    S: Service<OutboundRequest, Response = Reply, Error = EndpointError> + Clone,
{
    ServiceBuilder::new()
        .layer(TraceLayer::new(Arc::clone(&policies.peer))) // outermost: the span also covers the wait for a permit
        .layer(DeadlineLayer) // before the limit: whoever waits for a permit leaves in time, and nothing was sent
        .option_layer(policies.in_flight.clone()) // a slow backend holds up its own callers and nobody else's
        .option_layer(policies.credentials.clone()) // innermost: no layer above ever holds a secret
        .service(innermost)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Counting, request};
    use futures_util::FutureExt as _;
    use std::num::NonZeroU16;
    use std::time::Duration;
    use tower::ServiceExt as _;
    use tracing::Level;

    fn all_policies() -> Policies {
        Policies::new("erp/main")
            .in_flight(MaxInFlight::new(NonZeroU16::MIN))
            .credential(
                http::header::AUTHORIZATION,
                HeaderValue::from_static("Bearer s3cret"),
            )
    }

    #[tokio::test]
    async fn no_layer_sends_twice_whatever_fails() {
        let soon = Duration::from_millis(20);
        for outcome in Counting::OUTCOMES {
            for policies in [Policies::new("erp/main"), all_policies()] {
                let backend = Counting::new(outcome);
                let stack = compose(backend.clone(), &policies);
                let answer = stack.oneshot(request(soon)).await;
                assert_eq!(backend.sent(), 1, "{outcome:?}: {answer:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_caller_that_waits_in_vain_sends_nothing() {
        let backend = Counting::new(Counting::SILENT);
        let stack = compose(backend.clone(), &all_policies());
        let mut first = stack.clone().oneshot(request(Duration::MAX)).boxed();
        assert!((&mut first).now_or_never().is_none());
        let second = stack.oneshot(request(Duration::from_millis(20))).await;
        assert!(matches!(second, Err(EndpointError::NotSent(_))));
        assert_eq!(backend.sent(), 1);
    }

    #[tokio::test]
    async fn the_span_tells_the_peer_and_the_outcome_and_no_secret() {
        let lines = crate::testing::Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE)
            .with_writer(lines.clone())
            .finish();
        let _recorded = tracing::subscriber::set_default(subscriber);
        let stack = compose(Counting::new(Counting::ANSWERING), &all_policies());
        assert!(!format!("{stack:?}").contains("s3cret"));
        let mut request = request(Duration::from_secs(1));
        request.path = "/v1/customers?email=ada".into();
        stack.oneshot(request).await.unwrap();
        let log = lines.text();
        assert!(log.contains("peer=\"erp/main\""), "{log}");
        assert!(log.contains("status=200"), "{log}");
        assert!(!log.contains("s3cret") && !log.contains("ada"), "{log}");
    }
}
