//! One line a request: what was asked, by whom, how it ended, how long it took; never a secret.

use crate::operation::Operation;
use axum::extract::MatchedPath;
use crossdock_model::Caller;
use http::{Method, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// What the line says, gathered while the request is at work.
#[derive(Debug)]
pub(crate) struct Access {
    /// The method.
    pub(crate) method: Method,
    /// The route's pattern, never the path itself: ids may stand in it.
    pub(crate) route: Option<MatchedPath>,
    /// The operation, once looked up.
    pub(crate) operation: Option<Arc<Operation>>,
    /// The caller, once known.
    pub(crate) caller: Option<Caller>,
}

impl Access {
    /// Writes the line: at `info` for a request from outside, at `debug` for a call within the process.
    pub(crate) fn line(&self, wire: bool, status: StatusCode, took: Duration, correlation: &str) {
        let micros = took.as_micros();
        let (ms, rest) = (micros / 1000, micros % 1000);
        let operation = self
            .operation
            .as_ref()
            .map_or("-", |operation| &*operation.id);
        let (tenant, consumer) = self.caller.as_ref().map_or(("-", "-"), |caller| {
            (caller.tenant.as_str(), &*caller.consumer)
        });
        let route = self.route.as_ref().map_or("-", MatchedPath::as_str);
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    target: "access",
                    method = %self.method,
                    route,
                    operation,
                    status = status.as_u16(),
                    ms = %format_args!("{ms}.{rest:03}"),
                    tenant,
                    consumer,
                    correlation,
                    "request"
                )
            };
        }
        if wire {
            line!(info);
        } else {
            line!(debug);
        }
    }
}
