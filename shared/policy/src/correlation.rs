//! Row 2: the ids by which a request is found again, read from its headers or made here.

use axum::body::Body;
use axum::response::Response;
use crossdock_model::{Clock, Context, Correlation, Ids};
use crossdock_outbound::{CORRELATION, TRACEPARENT};
use crossdock_problem::{Code, PROBLEM_JSON, Problem};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use std::sync::Arc;

/// The ids by which a request is found again, here and in other systems.
#[derive(Debug, Clone)]
pub(crate) struct TraceContext {
    pub(crate) correlation: Correlation,
    /// W3C trace context; always there on a call over a socket.
    pub(crate) traceparent: Option<Arc<str>>,
}

impl TraceContext {
    /// Of a typed call of this process.
    pub(crate) fn of(context: &Context) -> Self {
        Self {
            correlation: context.correlation.clone(),
            traceparent: context.traceparent.clone(),
        }
    }

    /// As the headers say, or one that begins here.
    pub(crate) fn from_headers(headers: &HeaderMap, ids: &Ids, clock: &dyn Clock) -> Self {
        let header = |name: HeaderName| headers.get(name)?.to_str().ok();
        let correlation = header(CORRELATION).filter(|id| readable(id)).map_or_else(
            || Correlation::begin(ids.next(clock.now())),
            |id| Correlation(id.into()),
        );
        let traceparent = header(TRACEPARENT)
            .filter(|trace| is_traceparent(trace))
            .map_or_else(|| new_trace(ids, clock), Into::into);
        Self {
            correlation,
            traceparent: Some(traceparent),
        }
    }
}

fn readable(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

/// Version 00 of W3C trace context, or a later one that begins alike.
fn is_traceparent(trace: &str) -> bool {
    let mut parts = trace.split('-');
    let mut hex = |length: usize| {
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(lower))
    };
    let (version, id, span, flags) = (hex(2), hex(32), hex(16), hex(2));
    let not_zero = |part: Option<&str>| part.is_some_and(|part| part.bytes().any(|b| b != b'0'));
    let whole = not_zero(id) && not_zero(span) && flags.is_some();
    match version {
        Some("00") => whole && parts.next().is_none(),
        Some("ff") | None => false,
        Some(_later) => whole && trace.len() <= 128,
    }
}

fn new_trace(ids: &Ids, clock: &dyn Clock) -> Arc<str> {
    let (trace, span) = (ids.next(clock.now()), ids.next(clock.now()));
    let (_, random) = span.as_u64_pair();
    format!("00-{}-{random:016x}-01", trace.simple()).into()
}

/// Says in the answer to which request it belongs; an error without a problem becomes one.
pub(crate) fn stamp(trace: &TraceContext, over_http: bool, response: &mut Response) {
    if over_http && let Ok(id) = HeaderValue::from_str(&trace.correlation.0) {
        response.headers_mut().insert(CORRELATION, id);
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => Some(problem),
        None => bare_error(response),
    };
    if let Some(mut problem) = problem {
        problem.instance = Some(trace.correlation.to_string());
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        *response.body_mut() = Body::from(body);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, PROBLEM_JSON);
        response.extensions_mut().insert(problem);
    }
}

/// The problem for an error that some library answered in its own words.
fn bare_error(response: &Response) -> Option<Problem> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().ends_with(b"json")) {
        return None;
    }
    let code = match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        _ if status.is_client_error() => Code::InvalidRequest,
        _server_error => Code::Internal,
    };
    let mut problem = Problem::new(code, code.title());
    problem.status = status.as_u16();
    Some(problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Timestamp;
    use crossdock_runtime::ManualClock;

    fn trace(name: &'static str, value: &str) -> TraceContext {
        let value = HeaderValue::from_str(value).unwrap();
        let headers = HeaderMap::from_iter([(HeaderName::from_static(name), value)]);
        let clock = ManualClock::at(Timestamp::from_second(1_700_000_000).unwrap());
        TraceContext::from_headers(&headers, &Ids::seeded(1), &clock)
    }

    #[test]
    fn a_readable_correlation_id_is_kept_and_any_other_replaced() {
        assert_eq!(
            &*trace("x-correlation-id", "till-7.42").correlation.0,
            "till-7.42"
        );
        let replaced = trace("x-correlation-id", "a b\tc").correlation.0;
        assert_eq!(replaced.len(), 32);
    }

    #[test]
    fn a_valid_traceparent_is_kept_and_any_other_replaced() {
        let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(
            trace("traceparent", valid).traceparent.as_deref(),
            Some(valid)
        );
        for invalid in [
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "nonsense",
        ] {
            let fresh = trace("traceparent", invalid).traceparent.unwrap();
            assert_ne!(&*fresh, invalid);
            assert!(is_traceparent(&fresh), "{fresh}");
        }
    }
}
