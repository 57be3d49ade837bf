//! Row 4: which web pages may call from a browser; none by default.

use crate::settings::{Profile, WebOrigin};
use crossdock_outbound::{CORRELATION, DEADLINE, IDEMPOTENCY_KEY, TRACEPARENT};
use http::{HeaderName, Method, header};
use std::time::Duration;
use tower_http::cors::CorsLayer;

/// How long a browser may cache a preflight answer (`access-control-max-age`).
const PREFLIGHT_MAX_AGE: Duration = Duration::from_mins(10);

/// Answers preflights, and marks answers for pages of the listed origins; absent without any.
///
/// Callers send bearer tokens and no cookies, so credentials of the browser are never allowed.
pub(crate) fn cors(profile: &Profile) -> Option<CorsLayer> {
    if profile.origins.is_empty() {
        return None;
    }
    let origins: Vec<_> = profile.origins.iter().map(WebOrigin::value).collect();
    let named = HeaderName::from_static;
    Some(
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([
                Method::GET,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ])
            .allow_headers([
                header::AUTHORIZATION,
                header::CONTENT_TYPE,
                IDEMPOTENCY_KEY,
                CORRELATION,
                TRACEPARENT,
                DEADLINE,
                named("prefer"),
            ])
            .expose_headers([
                CORRELATION,
                header::LOCATION,
                header::RETRY_AFTER,
                named("idempotent-replayed"),
                named("ratelimit"),
                named("ratelimit-policy"),
            ])
            .max_age(PREFLIGHT_MAX_AGE),
    )
}
