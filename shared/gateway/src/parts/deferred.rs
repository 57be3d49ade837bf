//! A router that is named before it is built: backends know their hooks, workflows the process APIs.

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use crossdock_problem::{Code, Problem};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tower::ServiceExt as _;

/// The place of a router that is set later.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeferredRouter(Arc<OnceLock<Router>>);

impl DeferredRouter {
    /// Puts the router in its place; the first one counts.
    pub(crate) fn set(&self, router: Router) {
        if self.0.set(router).is_err() {
            tracing::error!("a router was built twice; the first one stays");
        }
    }

    /// A router that forwards to it, and answers 503 for as long as it is not set.
    pub(crate) fn router(&self) -> Router {
        let place = Arc::clone(&self.0);
        Router::new().fallback(move |request: Request| async move {
            match place.get() {
                Some(router) => {
                    let answered = router.clone().oneshot(request).await;
                    answered.unwrap_or_else(|never| match never {})
                }
                None => Problem::new(Code::Unavailable, "the process is starting")
                    .after(Duration::from_secs(1))
                    .into_response(),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http::StatusCode;

    #[tokio::test]
    async fn before_it_is_set_it_answers_503() {
        let deferred = DeferredRouter::default();
        let ask = || deferred.router().oneshot(Request::new(Body::empty()));
        assert_eq!(
            ask().await.unwrap().status(),
            StatusCode::SERVICE_UNAVAILABLE
        );
        deferred.set(Router::new().fallback(async || "here"));
        assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
    }
}
