//! The headers that carry a call's context between processes, and how they are written.

use crossdock_model::{Context, Delivery, StepKey, Timestamp};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::num::NonZeroU32;

/// The journey's id: taken from the caller or drawn, and given back on every answer.
pub const CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");
/// The parent span's id (W3C Trace Context), passed on as it came.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The caller's key for one intended effect (draft-ietf-httpapi-idempotency-key-header-07).
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The step key, attempt and first sending of an effect: `"key";attempt=2;first-sent=1700000000123`.
pub const DELIVERY: HeaderName = HeaderName::from_static("crossdock-delivery");
/// Milliseconds that the caller still waits.
pub const DEADLINE: HeaderName = HeaderName::from_static("crossdock-deadline");
/// How many tiers the call has crossed.
pub const DEPTH: HeaderName = HeaderName::from_static("crossdock-depth");
/// The connector instance that the order pins.
pub const CONNECTOR: HeaderName = HeaderName::from_static("crossdock-connector");

/// Writes a context into the headers of a call to another process.
pub(crate) fn write_context(context: &Context, now: Timestamp, headers: &mut HeaderMap) {
    put(headers, CORRELATION, &context.correlation.0);
    if let Some(trace) = &context.traceparent {
        put(headers, TRACEPARENT, trace);
    }
    if let Some(deadline) = context.deadline {
        let left = deadline.duration_since(now).as_millis().max(0);
        put(headers, DEADLINE, &left.to_string());
    }
    headers.insert(DEPTH, HeaderValue::from(u16::from(context.depth) + 1));
}

/// Writes a delivery as a structured field (RFC 9651 item with parameters).
pub(crate) fn write_delivery(delivery: &Delivery, headers: &mut HeaderMap) {
    let first_sent = delivery.first_sent.as_millisecond();
    let text = format!(
        "\"{}\";attempt={};first-sent={first_sent}",
        delivery.key, delivery.attempt
    );
    put(headers, DELIVERY, &text);
}

/// Reads what [`DELIVERY`] carries, for a context that arrived with it.
pub fn parse_delivery(headers: &HeaderMap, context: &Context) -> Option<Delivery> {
    let text = headers.get(DELIVERY)?.to_str().ok()?;
    let (key, parameters) = text.strip_prefix('"')?.split_once('"')?;
    let mut attempt = None;
    let mut first_sent = None;
    for parameter in parameters.split(';').filter(|part| !part.is_empty()) {
        match parameter.trim().split_once('=')? {
            ("attempt", value) => attempt = value.parse::<NonZeroU32>().ok(),
            ("first-sent", value) => {
                first_sent = Timestamp::from_millisecond(value.parse().ok()?).ok();
            }
            _unknown => {}
        }
    }
    let readable = !key.is_empty() && key.len() <= 128 && key.bytes().all(|b| b.is_ascii_graphic());
    readable.then_some(())?;
    Some(Delivery {
        key: StepKey(key.into()),
        attempt: attempt?,
        first_sent: first_sent?,
        context: context.clone(),
    })
}

/// An `Idempotency-Key` as a quoted string; a bare token is accepted too. None when unreadable.
pub fn parse_key(value: &HeaderValue) -> Option<&str> {
    let text = value.to_str().ok()?.trim();
    let key = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let plain = key
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    (!key.is_empty() && key.len() <= 255 && plain).then_some(key)
}

/// A string as a structured field; none where it holds other than visible ASCII.
pub(crate) fn quoted(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("\"{text}\"")).ok()
}

/// Puts a header whose value is known to be visible ASCII; anything else is left out.
pub(crate) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(mut value) = HeaderValue::from_str(value) {
        value.set_sensitive(name == AUTHORIZATION);
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::{Caller, Correlation, Tenant};

    fn context() -> Context {
        Context::new(
            Caller::workflow(Tenant::from("acme")),
            Correlation("c1".into()),
        )
    }

    #[test]
    fn a_delivery_survives_its_header() {
        let delivery = Delivery {
            key: StepKey("06b-abc".into()),
            attempt: NonZeroU32::new(3).unwrap(),
            first_sent: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
            context: context(),
        };
        let mut headers = HeaderMap::new();
        write_delivery(&delivery, &mut headers);
        let read = parse_delivery(&headers, &context()).unwrap();
        assert_eq!((&read.key, read.attempt), (&delivery.key, delivery.attempt));
        assert_eq!(read.first_sent, delivery.first_sent);
    }

    #[test]
    fn keys_are_quoted_strings_or_bare_tokens() {
        assert_eq!(
            parse_key(&HeaderValue::from_static("\"abc-1\"")),
            Some("abc-1")
        );
        assert_eq!(parse_key(&HeaderValue::from_static("abc-1")), Some("abc-1"));
        assert_eq!(parse_key(&HeaderValue::from_static("\"a b\"")), None);
        assert_eq!(parse_key(&HeaderValue::from_static("")), None);
    }
}
