//! A connected backend as its adapter calls it.

use crossdock_model::{ConnectorName, Context, Delivery, ExternalRef, Fault, Refusal, Violation};
use crossdock_outbound::{CORRELATION, Endpoint, Reply, RequestBuilder, TRACEPARENT};
use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use url::form_urlencoded::Serializer;

/// The HTTP API of one vendor, as the connector of that name reaches it.
#[derive(Debug, Clone)]
pub struct Vendor {
    pub(crate) name: ConnectorName,
    pub(crate) endpoint: Endpoint,
}

impl Vendor {
    /// The connector's name, which every reference to this vendor bears.
    pub fn name(&self) -> &ConnectorName {
        &self.name
    }

    /// A GET of that path, which may carry a query.
    pub fn get(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.endpoint.get(path)
    }

    /// A POST to that path.
    pub fn post(&self, path: impl Into<String>) -> RequestBuilder<'_> {
        self.endpoint.post(path)
    }

    /// A request of that method to that path.
    pub fn request(&self, method: Method, path: impl Into<String>) -> RequestBuilder<'_> {
        self.endpoint.request(method, path)
    }

    /// What the vendor calls something, as an order keeps it.
    pub fn reference(&self, kind: &str, value: String) -> ExternalRef {
        ExternalRef {
            system: self.name.clone(),
            kind: kind.to_owned(),
            value,
        }
    }
}

/// Adds the correlation and trace headers, so that a line in the vendor's log can be found from ours.
pub fn with_correlation<'a>(sending: RequestBuilder<'a>, context: &Context) -> RequestBuilder<'a> {
    let sending = sending.header(CORRELATION, &context.correlation.0);
    match &context.traceparent {
        Some(trace) => sending.header(TRACEPARENT, trace),
        None => sending,
    }
}

/// Adds the delivery's key as `Idempotency-Key`, with the correlation headers.
pub fn with_delivery_key<'a>(
    sending: RequestBuilder<'a>,
    delivery: &Delivery,
) -> RequestBuilder<'a> {
    with_correlation(sending, &delivery.context).idempotency_key(&delivery.key.0)
}

/// A path with a query string made of those pairs.
pub fn with_query(path: &str, query: &[(&str, &str)]) -> String {
    let pairs = Serializer::new(String::new()).extend_pairs(query).finish();
    format!("{path}?{pairs}")
}

/// The body of a vendor's success. JSON of another shape stays so whoever asks again; anything else is a
/// page of somebody in between, and the effect may have happened.
pub fn decode<T: DeserializeOwned>(reply: &Reply, vendor: &str) -> Result<T, Fault> {
    serde_json::from_slice(&reply.body).map_err(|error| {
        let why = format!("{vendor} answered what cannot be read: {error}");
        if error.is_data() {
            Fault::Poison { why }
        } else {
            Fault::Unknown { why }
        }
    })
}

/// What an error status means whose body is not the vendor's: a page of somebody in between, an answer cut off, nothing.
///
/// The vendor may have acted, so it is open unless the status itself says more. A refusal is one only in the vendor's words.
pub fn foreign_error(reply: &Reply, vendor: &str) -> Fault {
    let status = reply.status;
    let why = format!(
        "{vendor} answered {} without its own error",
        status.as_u16()
    );
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Fault::Misconfigured {
            why: format!("{why}: check the connector's key"),
        },
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Fault::Misconfigured {
            why: format!("{why}: check the connector's base-url"),
        },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Fault::Retry {
            after: reply.retry_after(),
            why,
        },
        _anything_else => Fault::Unknown { why },
    }
}

/// The refusal of one member of our request: a JSON pointer to it, and what is wrong with it.
pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Fault {
    let (pointer, detail) = (pointer.into(), detail.into());
    let mut refusal = Refusal::new("validation_failed", detail.clone());
    refusal.errors.push(Violation { pointer, detail });
    Fault::Refused(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn reply(status: StatusCode, body: &'static str) -> Reply {
        Reply {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    fn read_from(body: &'static str) -> Result<u8, Fault> {
        decode(&reply(StatusCode::OK, body), "the vendor")
    }

    #[test]
    fn an_error_in_somebody_elses_words_is_open_unless_its_status_says_more() {
        let met = |status| foreign_error(&reply(status, "<html>"), "the vendor");
        for open in [
            StatusCode::CONFLICT,
            StatusCode::UNPROCESSABLE_ENTITY,
            StatusCode::BAD_GATEWAY,
        ] {
            assert!(matches!(met(open), Fault::Unknown { .. }), "{open}");
        }
        for ours in [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND] {
            assert!(matches!(met(ours), Fault::Misconfigured { .. }), "{ours}");
        }
        let busy = met(StatusCode::SERVICE_UNAVAILABLE);
        assert!(matches!(busy, Fault::Retry { .. }), "{busy:?}");
    }

    #[test]
    fn a_garbled_success_may_have_happened_and_one_of_another_shape_stays_so() {
        assert_eq!(read_from("7"), Ok(7));
        assert!(matches!(read_from("<html>"), Err(Fault::Unknown { .. })));
        assert!(matches!(read_from("{}"), Err(Fault::Poison { .. })));
    }

    #[test]
    fn a_query_keeps_what_is_in_it_apart() {
        let path = with_query("/orders", &[("reference", "a&b c"), ("limit", "1")]);
        assert_eq!(path, "/orders?reference=a%26b+c&limit=1");
    }
}
