//! A router that is named before it is built: backends know their hooks, workflows the process APIs.

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse as _;
use crossdock_problem::{Code, Problem};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tower::ServiceExt as _;

/// The place of a router that comes later.
#[derive(Debug, Clone, Default)]
pub(crate) struct Late(Arc<OnceLock<Router>>);

impl Late {
    /// It is built; the first one counts.
    pub(crate) fn arrive(&self, router: Router) {
        if self.0.set(router).is_err() {
            tracing::error!("a router was built twice; the first one stays");
        }
    }

    /// Goes into it; answers "not yet" for as long as it is not there.
    pub(crate) fn router(&self) -> Router {
        let late = Arc::clone(&self.0);
        Router::new().fallback(move |request: Request| async move {
            match late.get() {
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
    async fn before_it_is_built_it_says_not_yet() {
        let late = Late::default();
        let ask = || late.router().oneshot(Request::new(Body::empty()));
        assert_eq!(
            ask().await.unwrap().status(),
            StatusCode::SERVICE_UNAVAILABLE
        );
        late.arrive(Router::new().fallback(async || "here"));
        assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
    }
}
