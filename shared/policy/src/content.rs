//! Row 10: only JSON, only so much of it, never compressed.

use crate::operation::Operation;
use crate::policy::{Policy, PolicyLayer, header, refuse};
use crate::settings::Profile;
use axum::body::HttpBody as _;
use axum::extract::Request;
use axum::response::Response;
use crossdock_problem::Code;
use http::header;

pub(crate) type ContentLayer = PolicyLayer<Content>;

/// Checks what the headers say about the body, before a byte of it is read.
#[derive(Debug)]
pub(crate) struct Content {
    limit: usize,
}

impl ContentLayer {
    /// At most as many bytes as the profile says.
    pub(crate) fn new(profile: &Profile) -> Self {
        Self::of(Content {
            limit: profile.body_bytes,
        })
    }
}

impl Policy for Content {
    fn admit(&self, request: &mut Request) -> Result<(), Response> {
        let length = header(request, &header::CONTENT_LENGTH);
        let beyond = |length: &str| length.parse().is_ok_and(|n: usize| n > self.limit);
        if length.is_some_and(beyond) {
            return Err(too_large(self.limit));
        }
        if request.body().is_end_stream() || !Operation::of(request)?.reads_body {
            return Ok(());
        }
        let encoding = header(request, &header::CONTENT_ENCODING).unwrap_or("identity");
        if encoding != "identity" {
            let detail = format!("the body is encoded as {encoding}: send it as it is");
            return Err(refuse(Code::UnsupportedMediaType, detail));
        }
        let kind = header(request, &header::CONTENT_TYPE).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let detail = "send the body as application/json";
            return Err(refuse(Code::UnsupportedMediaType, detail));
        }
        Ok(())
    }
}

/// The refusal of a body beyond the limit.
pub(crate) fn too_large(limit: usize) -> Response {
    let detail = format!("the body may have {limit} bytes at most");
    refuse(Code::PayloadTooLarge, detail)
}
