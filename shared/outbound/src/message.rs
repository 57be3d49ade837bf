//! The messages that pass through the outbound layers: a request as it leaves, a reply as it came.

use bytes::Bytes;
use crossdock_model::Fault;
use http::{Extensions, HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// A request on its way out; every layer sees the same one.
#[derive(Debug, Default)]
pub(crate) struct OutboundRequest {
    pub(crate) method: Method,
    /// Path with query, below the address of the endpoint.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Typed facts for a router in this process; they never leave it.
    pub(crate) extensions: Extensions,
    /// How long the whole call may take, the wait for a permit included.
    pub(crate) timeout: Duration,
}

/// What came back, whatever its status says.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status, as the other end sent it.
    pub status: StatusCode,
    /// The headers, as the other end sent them.
    pub headers: HeaderMap,
    /// The whole body; at most 8 MiB are read.
    pub body: Bytes,
}

impl Reply {
    /// The body as a value, where it was only looked at. JSON of another shape stays so and is [`Fault::Poison`]; what
    /// is no JSON is a page of somebody in between or was cut off, and is looked at again.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let status = self.status.as_u16();
            let why = format!("{status} came with what cannot be read: {error}");
            if error.is_data() {
                Fault::Poison { why }
            } else {
                Fault::Retry { after: None, why }
            }
        })
    }

    /// `Retry-After` in seconds, where one was sent.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self
            .headers
            .get(header::RETRY_AFTER)?
            .to_str()
            .ok()?
            .parse()
            .ok()?;
        Some(Duration::from_secs(seconds))
    }
}
