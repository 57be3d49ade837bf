//! What proves to a backend who calls: put on the request last, below everything that reports.

use crate::message::OutboundRequest;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// Adds the same headers to every request; one that the request has itself stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct CredentialsLayer {
    headers: Arc<HeaderMap>,
}

/// The service of [`CredentialsLayer`].
#[derive(Debug, Clone)]
pub(crate) struct CredentialsService<S> {
    inner: S,
    headers: Arc<HeaderMap>,
}

impl CredentialsLayer {
    /// With one more; it is shown in no `Debug`.
    pub(crate) fn and(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        Arc::make_mut(&mut self.headers).insert(name, value);
        self
    }
}

impl<S> Layer<S> for CredentialsLayer {
    type Service = CredentialsService<S>;

    fn layer(&self, inner: S) -> CredentialsService<S> {
        CredentialsService {
            inner,
            headers: Arc::clone(&self.headers),
        }
    }
}

impl<S: Service<OutboundRequest>> Service<OutboundRequest> for CredentialsService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: OutboundRequest) -> S::Future {
        for (name, value) in &*self.headers {
            request.headers.entry(name).or_insert_with(|| value.clone());
        }
        self.inner.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::EndpointError;
    use crate::message::Reply;
    use crate::testing::{ok, request};
    use http::header::AUTHORIZATION;
    use std::future::ready;
    use std::time::Duration;
    use tower::{ServiceExt as _, service_fn};

    fn proven() -> CredentialsLayer {
        CredentialsLayer::default().and(AUTHORIZATION, HeaderValue::from_static("Bearer s3cret"))
    }

    /// Answers with the headers that it was sent.
    fn echo() -> impl Service<OutboundRequest, Response = Reply, Error = EndpointError> + Clone {
        service_fn(|request: OutboundRequest| {
            ready(Ok(Reply {
                headers: request.headers,
                ..ok()
            }))
        })
    }

    #[tokio::test]
    async fn every_request_carries_them_unless_it_proves_itself() {
        let backend = proven().layer(echo());
        let plain = request(Duration::from_secs(1));
        let reply = backend.clone().oneshot(plain).await.unwrap();
        assert_eq!(reply.headers[AUTHORIZATION], "Bearer s3cret");
        let mut own = request(Duration::from_secs(1));
        let value = HeaderValue::from_static("Bearer own");
        own.headers.insert(AUTHORIZATION, value);
        let reply = backend.oneshot(own).await.unwrap();
        assert_eq!(reply.headers[AUTHORIZATION], "Bearer own");
    }

    #[tokio::test]
    async fn they_are_never_shown() {
        assert!(!format!("{:?}", proven()).contains("s3cret"));
        let reply = proven().layer(echo()).oneshot(request(Duration::ZERO));
        assert!(!format!("{:?}", reply.await.unwrap()).contains("s3cret"));
    }
}
