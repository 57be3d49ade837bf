//! Backends made of closures, for the tests of the layers.

use crate::error::EndpointError;
use crate::message::{OutboundRequest, Reply};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use std::future::{Future, pending, ready};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::Service;

/// A request that may take so long.
pub(crate) fn request(timeout: Duration) -> OutboundRequest {
    OutboundRequest {
        method: Method::POST,
        path: "/v1/orders".into(),
        timeout,
        ..OutboundRequest::default()
    }
}

/// A 200 without a body.
pub(crate) fn ok() -> Reply {
    Reply {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Reply, EndpointError>> + Send>>;

/// What a [`Counting`] backend makes of each request; `None` is silence.
pub(crate) type Outcome = Option<Result<u16, &'static str>>;

/// A backend that counts what reaches it.
#[derive(Debug, Clone)]
pub(crate) struct Counting {
    outcome: Outcome,
    sent: Arc<AtomicU32>,
}

impl Counting {
    pub(crate) const ANSWERING: Outcome = Some(Ok(200));
    pub(crate) const SILENT: Outcome = None;
    /// Every way an exchange can end.
    pub(crate) const OUTCOMES: [Outcome; 9] = [
        Self::ANSWERING,
        Some(Ok(409)),
        Some(Ok(429)),
        Some(Ok(500)),
        Some(Ok(503)),
        Some(Err("not sent")),
        Some(Err("no answer")),
        Some(Err("malformed")),
        Self::SILENT,
    ];

    pub(crate) fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            sent: Arc::default(),
        }
    }

    pub(crate) fn sent(&self) -> u32 {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Service<OutboundRequest> for Counting {
    type Response = Reply;
    type Error = EndpointError;
    type Future = Answer;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), EndpointError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _request: OutboundRequest) -> Answer {
        self.sent.fetch_add(1, Ordering::SeqCst);
        let Some(outcome) = self.outcome else {
            return Box::pin(pending());
        };
        Box::pin(ready(match outcome {
            Ok(status) => Ok(Reply {
                status: StatusCode::from_u16(status).unwrap(),
                ..ok()
            }),
            Err("not sent") => Err(EndpointError::NotSent("connection refused".into())),
            Err("no answer") => Err(EndpointError::NoAnswer("connection reset".into())),
            Err(_) => Err(EndpointError::Malformed("no path".into())),
        }))
    }
}

/// Collects the lines that a tracing subscriber writes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl tracing_subscriber::fmt::MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
