//! The headers that carry a call's context from process to process, as structured fields where they have structure.

use crossdock_model::{Context, Delivery, StepKey, Timestamp};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use sfv::{BareItem, Integer, Item, ItemSerializer, KeyRef, Parser, StringRef, key_ref};
use std::num::NonZeroU32;

/// The correlation id: taken from the caller or generated, and given back on every answer.
pub const CORRELATION: HeaderName = HeaderName::from_static("x-correlation-id");
/// The parent span's id (W3C Trace Context), passed on as it came.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The caller's key for one intended effect (draft-ietf-httpapi-idempotency-key-header-07).
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The step key, attempt and first sending of an effect, a structured field (RFC 9651):
/// `"key";attempt=2;first-sent=1700000000123;last-sent=1700000010123`, the times in milliseconds since 1970.
pub const DELIVERY: HeaderName = HeaderName::from_static("crossdock-delivery");
/// Milliseconds that the caller still waits.
pub const DEADLINE: HeaderName = HeaderName::from_static("crossdock-deadline");
/// How many tiers the call has crossed.
pub const DEPTH: HeaderName = HeaderName::from_static("crossdock-depth");
/// The connector instance that the order pins.
pub const CONNECTOR: HeaderName = HeaderName::from_static("crossdock-connector");

const ATTEMPT: &KeyRef = key_ref("attempt");
const FIRST_SENT: &KeyRef = key_ref("first-sent");
const LAST_SENT: &KeyRef = key_ref("last-sent");

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

/// Writes a delivery as [`DELIVERY`]. One that no structured field can hold is left out, and the call
/// counts as a repeated one.
pub(crate) fn write_delivery(delivery: &Delivery, headers: &mut HeaderMap) {
    let first_sent = Integer::try_from(delivery.first_sent.as_millisecond());
    let last_sent = Integer::try_from(delivery.last_sent.as_millisecond());
    let key = StringRef::from_str(&delivery.key.0);
    let (Ok(key), Ok(first_sent), Ok(last_sent)) = (key, first_sent, last_sent) else {
        return;
    };
    let text = ItemSerializer::new()
        .bare_item(key)
        .parameter(ATTEMPT, delivery.attempt.get())
        .parameter(FIRST_SENT, first_sent)
        .parameter(LAST_SENT, last_sent)
        .finish();
    put(headers, DELIVERY, &text);
}

/// Reads what [`DELIVERY`] carries, for a context that arrived with it. Other parameters than the two
/// are ignored; a second field is not, since it would be a second item.
pub fn parse_delivery(headers: &HeaderMap, context: &Context) -> Option<Delivery> {
    let mut fields = headers.get_all(DELIVERY).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        return None;
    };
    let item: Item = Parser::new(field).parse().ok()?;
    let number = |name: &KeyRef| item.params.get(name)?.as_integer().map(i64::from);
    let attempt = u32::try_from(number(ATTEMPT)?).ok()?;
    let first_sent = Timestamp::from_millisecond(number(FIRST_SENT)?).ok()?;
    // Without it the first attempt may have been the only one so far.
    let last_sent = number(LAST_SENT).map_or(Ok(first_sent), Timestamp::from_millisecond);
    let last_sent = last_sent.ok()?;
    let key = item.bare_item.as_string()?.as_str();
    let plain = !key.is_empty() && key.len() <= 128 && key.bytes().all(|b| b.is_ascii_graphic());
    plain.then(|| {
        Some(Delivery {
            key: StepKey(key.into()),
            attempt: NonZeroU32::new(attempt)?,
            first_sent,
            last_sent,
            context: context.clone(),
        })
    })?
}

/// The key in an `Idempotency-Key`: a structured field's string, whose parameters are ignored, or a
/// bare token. None where it is neither.
///
/// A bare one may begin with a digit, as UUIDs do, and hold what base64 holds; `;` and `,` would be
/// parameters or a second member of a structured field, so they need the quotes.
pub fn parse_key(value: &HeaderValue) -> Option<String> {
    let field = value.as_bytes().trim_ascii();
    let key = if field.starts_with(b"\"") {
        let item: Item = Parser::new(field).parse().ok()?;
        let BareItem::String(key) = item.bare_item else {
            return None;
        };
        String::from(key)
    } else {
        let in_a_bare_one = |byte: &u8| byte.is_ascii_graphic() && !b"\"\\;,".contains(byte);
        let bare = field.iter().all(in_a_bare_one).then_some(field)?;
        std::str::from_utf8(bare).ok()?.to_owned()
    };
    (1..=255).contains(&key.len()).then_some(key)
}

/// A string as a structured field; none where it holds other than visible ASCII and spaces.
pub(crate) fn quoted(text: &str) -> Option<HeaderValue> {
    let text = StringRef::from_str(text).ok()?;
    HeaderValue::try_from(ItemSerializer::new().bare_item(text).finish()).ok()
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
            last_sent: Timestamp::from_millisecond(1_700_000_010_123).unwrap(),
            context: context(),
        };
        let mut headers = HeaderMap::new();
        write_delivery(&delivery, &mut headers);
        let read = parse_delivery(&headers, &context()).unwrap();
        assert_eq!((&read.key, read.attempt), (&delivery.key, delivery.attempt));
        assert_eq!(
            (read.first_sent, read.last_sent),
            (delivery.first_sent, delivery.last_sent)
        );
    }

    #[test]
    fn a_delivery_is_one_item_with_both_parameters() {
        let read = |fields: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for field in fields {
                headers.append(DELIVERY, HeaderValue::from_static(field));
            }
            parse_delivery(&headers, &context()).map(|delivery| delivery.attempt.get())
        };
        let whole = "\"k\";attempt=2;first-sent=1700000000123";
        assert_eq!(read(&[whole]), Some(2));
        assert_eq!(read(&["\"k\"; first-sent=1; attempt=2; by=us "]), Some(2));
        for wrong in [
            "\"k\"",
            "\"k\";attempt=2",
            "\"k\";attempt=0;first-sent=1",
            "\"k\";attempt=\"2\";first-sent=1",
            "\"a b\";attempt=2;first-sent=1",
            "\"\";attempt=2;first-sent=1",
            "k;attempt=2;first-sent=1",
            "\"k;attempt=2;first-sent=1",
        ] {
            assert_eq!(read(&[wrong]), None, "{wrong}");
        }
        assert_eq!(read(&[whole, whole]), None);
    }

    fn key(field: &[u8]) -> Option<String> {
        parse_key(&HeaderValue::from_bytes(field).unwrap())
    }

    #[test]
    fn a_key_is_a_structured_string() {
        for (field, read) in [
            (r#""abc-1""#, "abc-1"),
            (r#"  "abc-1"  "#, "abc-1"),
            (r#""k";foo=1"#, "k"),
            (r#""k"; foo="b,c";d"#, "k"),
            (r#""say \"hi\"""#, r#"say "hi""#),
            (r#""back\\slash""#, r"back\slash"),
            (r#""order 17, again; please""#, "order 17, again; please"),
        ] {
            assert_eq!(key(field.as_bytes()).as_deref(), Some(read), "{field}");
        }
    }

    #[test]
    fn a_key_may_be_a_bare_token() {
        for bare in ["abc-1", "8e03978e-40d5", "YWJjZA==", "a:b/c"] {
            assert_eq!(key(bare.as_bytes()).as_deref(), Some(bare));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = format!("\"{}\"", "k".repeat(256));
        for wrong in [
            "",
            "\"\"",
            "\"abc",
            "abc\"",
            "\"a\"b",
            "\"a\", \"b\"",
            "\"a\";",
            "a b",
            "a, b",
            "a,b",
            "a;b",
            r#""a\b""#,
            "\"a\tb\"",
            "a\tb",
            &long,
        ] {
            assert_eq!(key(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(key("\"schlüssel\"".as_bytes()), None);
        assert_eq!(key("schlüssel".as_bytes()), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["abc-1", r#"say "hi""#, r"back\slash", " a ", "a;b, c"] {
            assert_eq!(parse_key(&quoted(text).unwrap()).as_deref(), Some(text));
        }
        assert_eq!(quoted("schlüssel"), None);
        assert_eq!(quoted("a\nb"), None);
    }
}
