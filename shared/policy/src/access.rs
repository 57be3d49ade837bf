//! One line a request: what was asked, by whom, how it ended, how long it took; never a secret.

use crate::facts::{Facts, Transport};
use axum::extract::MatchedPath;
use http::StatusCode;
use std::time::Duration;

/// Writes the line: at `info` for a request from outside, at `debug` for a call within the process.
pub(crate) fn line(facts: &Facts, status: StatusCode, took: Duration) {
    let micros = took.as_micros();
    let (ms, rest) = (micros / 1000, micros % 1000);
    macro_rules! line {
        ($level:ident) => {{
            let (tenant, consumer) = facts.caller().unwrap_or(("-", "-"));
            tracing::$level!(
                target: "access",
                method = %facts.method,
                route = facts.route.as_ref().map_or("-", MatchedPath::as_str),
                operation = facts.operation().map_or("-", |id| &**id),
                status = status.as_u16(),
                ms = %format_args!("{ms}.{rest:03}"),
                tenant,
                consumer,
                correlation = &*facts.trace.correlation.0,
                "request"
            );
        }};
    }
    match facts.transport {
        Transport::Http => line!(info),
        Transport::InProcess => line!(debug),
    }
}
