//! What a synchronous policy is, with the one layer that puts any of them before a service.

use crate::facts::Facts;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use crossdock_problem::{Code, Problem};
use futures_util::future::{Either, Ready, ready};
use http::HeaderName;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// A policy that decides at once, from the request and its own state.
pub(crate) trait Policy {
    /// Lets the request on, with what was learned in its extensions, or answers it here.
    fn admit(&self, request: &mut Request) -> Result<(), Response>;
}

/// Puts a policy before a service; its state is shared by every service that the layer makes.
#[derive(Debug)]
pub(crate) struct PolicyLayer<P>(Arc<P>);

impl<P> PolicyLayer<P> {
    pub(crate) fn of(policy: P) -> Self {
        Self(Arc::new(policy))
    }
}

impl<P> Clone for PolicyLayer<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S, P> Layer<S> for PolicyLayer<P> {
    type Service = PolicyService<S, P>;

    fn layer(&self, inner: S) -> PolicyService<S, P> {
        PolicyService {
            inner,
            policy: Arc::clone(&self.0),
        }
    }
}

/// A service behind one policy.
#[derive(Debug)]
pub(crate) struct PolicyService<S, P> {
    inner: S,
    policy: Arc<P>,
}

impl<S: Clone, P> Clone for PolicyService<S, P> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            policy: Arc::clone(&self.policy),
        }
    }
}

/// What the policy answered, or the service behind it; neither is boxed.
pub(crate) type PolicyFuture<F> = Either<Ready<Result<Response, Infallible>>, F>;

impl<S, P> Service<Request> for PolicyService<S, P>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    P: Policy,
{
    type Response = Response;
    type Error = Infallible;
    type Future = PolicyFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        match self.policy.admit(&mut request) {
            Ok(()) => Either::Right(self.inner.call(request)),
            Err(response) => {
                if let Some(facts) = request.extensions().get::<Arc<Facts>>() {
                    facts.mark_refused();
                }
                Either::Left(ready(Ok(response)))
            }
        }
    }
}

/// The answer of a policy that refuses, with a problem of the catalogue.
pub(crate) fn refuse(code: Code, detail: impl Into<String>) -> Response {
    Problem::new(code, detail).into_response()
}

/// A header of the request, where it is text.
pub(crate) fn header<'a>(request: &'a Request, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

#[cfg(test)]
pub(crate) mod testing {
    //! A request in the hands of a single policy, as a listener received it.

    use crate::correlation::TraceContext;
    use crate::facts::{Facts, Transport};
    use axum::body::Body;
    use axum::extract::Request;
    use axum::response::Response;
    use crossdock_model::Correlation;
    use crossdock_problem::Problem;
    use std::sync::Arc;

    pub(crate) fn received(request: http::request::Builder) -> Request {
        let mut request = request.body(Body::empty()).unwrap();
        let trace = TraceContext {
            correlation: Correlation("c-1".into()),
            traceparent: None,
        };
        let facts = Facts::new(Transport::Http, trace, &request);
        request.extensions_mut().insert(Arc::new(facts));
        request
    }

    pub(crate) fn problem<T>(admitted: Result<T, Response>) -> Problem {
        let response = admitted.err().expect("a refusal");
        response.extensions().get::<Problem>().unwrap().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{problem, received};
    use super::*;
    use futures_util::FutureExt as _;
    use tower::ServiceExt as _;

    struct Nobody;

    impl Policy for Nobody {
        fn admit(&self, _request: &mut Request) -> Result<(), Response> {
            Err(refuse(Code::Forbidden, "closed"))
        }
    }

    #[test]
    fn a_refusal_answers_without_the_service_and_is_noted() {
        let behind = tower::service_fn(async |_: Request| -> Result<Response, Infallible> {
            panic!("the service was reached")
        });
        let service = PolicyLayer::of(Nobody).layer(behind);
        let request = received(Request::builder());
        let facts = Arc::clone(request.extensions().get::<Arc<Facts>>().unwrap());
        let Ok(response) = service.oneshot(request).now_or_never().unwrap();
        assert_eq!(problem::<()>(Err(response)).code, "forbidden");
        assert!(facts.was_refused());
    }
}
