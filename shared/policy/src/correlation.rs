//! Row 2: every request belongs to a journey, and every answer says to which.

use axum::body::Body;
use axum::response::Response;
use crossdock_model::{Clock, Context, Correlation, Ids};
use crossdock_outbound::{CORRELATION, TRACEPARENT};
use crossdock_problem::{Code, PROBLEM_JSON, Problem};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::sync::Arc;

/// The journey that a request belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Journey {
    /// Its id.
    pub(crate) correlation: Correlation,
    /// W3C trace context; always there on a call over the wire.
    pub(crate) traceparent: Option<Arc<str>>,
}

/// The journey of a typed call of this process.
pub(crate) fn typed(context: &Context) -> Journey {
    Journey {
        correlation: context.correlation.clone(),
        traceparent: context.traceparent.clone(),
    }
}

/// The journey that the headers name, or one that begins here.
pub(crate) fn from_wire(parts: &Parts, ids: &Ids, clock: &dyn Clock) -> Journey {
    let header = |name: HeaderName| parts.headers.get(name)?.to_str().ok();
    let correlation = header(CORRELATION).filter(|id| readable(id)).map_or_else(
        || Correlation::begin(ids.next(clock.now())),
        |id| Correlation(id.into()),
    );
    let traceparent = header(TRACEPARENT)
        .filter(|trace| is_traceparent(trace))
        .map_or_else(|| new_trace(ids, clock), Into::into);
    Journey {
        correlation,
        traceparent: Some(traceparent),
    }
}

fn readable(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

/// Version 00 of W3C trace context, or a later one that begins alike.
fn is_traceparent(trace: &str) -> bool {
    let mut parts = trace.split('-');
    let hex = |part: Option<&str>, length: usize| {
        part.filter(|part| {
            part.len() == length
                && part
                    .bytes()
                    .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
        .map(str::to_owned)
    };
    let (version, id) = (hex(parts.next(), 2), hex(parts.next(), 32));
    let (span, flags) = (hex(parts.next(), 16), hex(parts.next(), 2));
    let not_zero =
        |part: &Option<String>| part.as_ref().is_some_and(|p| p.bytes().any(|b| b != b'0'));
    let whole = not_zero(&id) && not_zero(&span) && flags.is_some();
    match version.as_deref() {
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

/// Says in the answer to which journey it belongs; an error without a problem becomes one.
pub(crate) fn stamp(journey: &Journey, wire: bool, response: &mut Response) {
    if wire && let Ok(id) = HeaderValue::from_str(&journey.correlation.0) {
        response.headers_mut().insert(CORRELATION, id);
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => Some(problem),
        None => bare_error(response),
    };
    if let Some(mut problem) = problem {
        problem.instance = Some(journey.correlation.to_string());
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
    use http::Request;

    fn journey(name: &str, value: &str) -> Journey {
        let (parts, ()) = Request::builder()
            .header(name, value)
            .body(())
            .unwrap()
            .into_parts();
        let clock = ManualClock::at(Timestamp::from_second(1_700_000_000).unwrap());
        from_wire(&parts, &Ids::seeded(1), &clock)
    }

    #[test]
    fn a_readable_correlation_id_is_kept_and_any_other_replaced() {
        assert_eq!(
            &*journey("x-correlation-id", "till-7.42").correlation.0,
            "till-7.42"
        );
        let replaced = journey("x-correlation-id", "a b\tc").correlation.0;
        assert_eq!(replaced.len(), 32);
    }

    #[test]
    fn a_valid_traceparent_is_kept_and_any_other_replaced() {
        let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(
            journey("traceparent", valid).traceparent.as_deref(),
            Some(valid)
        );
        for invalid in [
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "nonsense",
        ] {
            let fresh = journey("traceparent", invalid).traceparent.unwrap();
            assert_ne!(&*fresh, invalid);
            assert!(is_traceparent(&fresh), "{fresh}");
        }
    }
}
