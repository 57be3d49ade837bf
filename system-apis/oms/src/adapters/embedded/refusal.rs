//! What an answer of the embedded OMS that is no result means for the caller.

use crossdock_model::{Fault, Refusal, Violation};
use crossdock_outbound::{Lookup, Reply};
use crossdock_system::{EmbeddedError, foreign_error};
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Debug, Default, Deserialize)]
struct Details {
    index: Option<usize>,
    #[serde(default)]
    short: Vec<Short>,
}

#[derive(Debug, Deserialize)]
struct Short {
    index: usize,
    sku: String,
    asked: u32,
    there: u32,
}

/// The result of a write. An answer that cannot be read may stand for an effect: a repetition finds out.
pub(crate) fn written<T: DeserializeOwned>(reply: &Reply) -> Result<T, Fault> {
    if !reply.status.is_success() {
        return Err(fault(reply));
    }
    reply.json().map_err(|error| Fault::Unknown {
        why: error.to_string(),
    })
}

/// The result of a look-up, or none when the OMS has no such thing.
pub(crate) fn found<T: DeserializeOwned>(reply: &Reply) -> Lookup<T> {
    if reply.status.is_success() {
        return reply.json().map(Some);
    }
    crossdock_outbound::optional(Err(fault(reply)))
}

fn fault(reply: &Reply) -> Fault {
    let error: Option<EmbeddedError<Details>> = EmbeddedError::read(reply);
    let Some(error) = error else {
        return foreign_error(reply, "the OMS");
    };
    let why = format!("the OMS answered {}: {}", error.code, error.message);
    match reply.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Fault::Misconfigured {
            why: format!("{why}: check the connector's api-key"),
        },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Fault::Retry {
            after: reply.retry_after(),
            why,
        },
        status if status.is_client_error() => refused(error),
        _server_error => Fault::Unknown { why },
    }
}

/// The OMS's refusals in the codes of the catalogue.
fn refused(error: EmbeddedError<Details>) -> Fault {
    let EmbeddedError {
        code,
        message,
        details,
    } = error;
    let at = |member: &str| {
        let pointer = details
            .index
            .map_or_else(String::new, |index| format!("/lines/{index}{member}"));
        vec![Violation {
            pointer,
            detail: message.clone(),
        }]
    };
    let (ours, errors) = match code.as_str() {
        "out_of_stock" => ("out_of_stock", details.short.iter().map(short).collect()),
        "unknown_sku" => ("unknown_sku", at("/sku")),
        "invalid_items" => ("validation_failed", at("")),
        "invalid_number" | "invalid_ttl" | "unknown_node" | "unreadable_body" => {
            ("validation_failed", Vec::new())
        }
        "tombstoned" => ("tombstoned", Vec::new()),
        "reference_reused" => ("reference_reused", Vec::new()),
        "hold_expired" => ("reservation_expired", Vec::new()),
        "wrong_state" | "not_authorised" => ("wrong_state", Vec::new()),
        "cancel_refused" => ("cancellation_refused", Vec::new()),
        "not_found" => ("not_found", Vec::new()),
        _unknown => {
            return Fault::poison(format!(
                "the OMS refused with the unknown code {code}: {message}"
            ));
        }
    };
    Fault::Refused(Refusal {
        code: ours.to_owned(),
        detail: message,
        errors,
    })
}

fn short(short: &Short) -> Violation {
    Violation {
        pointer: format!("/lines/{}", short.index),
        detail: format!(
            "sku {}: {} asked, {} there",
            short.sku, short.asked, short.there
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    fn reply(status: u16, body: &str) -> Reply {
        Reply {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: bytes::Bytes::from(body.to_owned()),
        }
    }

    #[test]
    fn short_stock_points_at_each_line() {
        let body = r#"{"error":{"code":"out_of_stock","message":"not everything is there","details":
            {"short":[{"index":1,"sku":"B-1","asked":3,"there":1}]}}}"#;
        let Err(Fault::Refused(refusal)) = written::<()>(&reply(409, body)) else {
            panic!("a refusal");
        };
        assert_eq!(refusal.code, "out_of_stock");
        assert_eq!(refusal.errors[0].pointer, "/lines/1");
        assert_eq!(refusal.errors[0].detail, "sku B-1: 3 asked, 1 there");
    }

    #[test]
    fn an_answer_says_what_the_caller_can_do() {
        let garbage = written::<u32>(&reply(200, "<html>"));
        assert!(matches!(garbage, Err(Fault::Unknown { .. })));
        let broken = written::<u32>(&reply(500, "{}"));
        assert!(matches!(broken, Err(Fault::Unknown { .. })));
        let key = written::<u32>(&reply(401, "{}"));
        assert!(matches!(key, Err(Fault::Misconfigured { .. })));
        let missing = found::<u32>(&reply(
            404,
            r#"{"error":{"code":"not_found","message":"no"}}"#,
        ));
        assert_eq!(missing, Ok(None));
        let nowhere = found::<u32>(&reply(404, "nginx"));
        assert!(matches!(nowhere, Err(Fault::Misconfigured { .. })));
    }
}
