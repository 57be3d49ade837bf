//! One tracing span a request, with nothing in it that is secret or personal.

use crate::facts::{Facts, Transport};
use axum::extract::{MatchedPath, Request};
use http::HeaderName;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use tower_http::classify::{ServerErrorsAsFailures, SharedClassifier};
use tower_http::trace::TraceLayer;
use tracing::Span;

/// Request headers that no log shows, whoever prints them.
pub(crate) const SENSITIVE: [HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];

/// The span and nothing more: the access line is written by the exchange layer.
pub(crate) type SpanLayer =
    TraceLayer<SharedClassifier<ServerErrorsAsFailures>, fn(&Request) -> Span, (), (), (), (), ()>;

/// A span around every request.
pub(crate) fn spans() -> SpanLayer {
    TraceLayer::new_for_http()
        .make_span_with(span as fn(&Request) -> Span)
        .on_request(())
        .on_response(())
        .on_body_chunk(())
        .on_eos(())
        .on_failure(())
}

/// At `info` for a request from outside, at `debug` for a call within the process.
///
/// It names the route's pattern: ids may stand in the path, and anything in the query.
fn span(request: &Request) -> Span {
    let Ok(facts) = Facts::of(request) else {
        return Span::none();
    };
    macro_rules! span {
        ($level:ident) => {
            tracing::$level!(
                "request",
                method = %facts.method,
                route = facts.route.as_ref().map_or("-", MatchedPath::as_str),
                correlation = &*facts.trace.correlation.0,
            )
        };
    }
    match facts.transport {
        Transport::Http => span!(info_span),
        Transport::InProcess => span!(debug_span),
    }
}
