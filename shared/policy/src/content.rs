//! Row 10: only JSON, only so much of it, never compressed.

use crate::gate::{Gate, Inbound, Stop};
use crossdock_problem::Code;
use http::header;

/// Checks what the headers say about the body, before a byte of it is read.
#[derive(Debug)]
pub(crate) struct Content {
    /// The most bytes a body may have.
    pub(crate) limit: usize,
}

impl Gate for Content {
    fn pass(&self, inbound: &mut Inbound) -> Result<(), Stop> {
        let length = inbound.header(&header::CONTENT_LENGTH);
        if length.is_some_and(|length| {
            length
                .parse()
                .is_ok_and(|length: usize| length > self.limit)
        }) {
            return Err(too_large(self.limit));
        }
        if inbound.bodiless || !inbound.operation()?.reads_body {
            return Ok(());
        }
        let encoding = inbound
            .header(&header::CONTENT_ENCODING)
            .unwrap_or("identity");
        if encoding != "identity" {
            let detail = format!("the body is encoded as {encoding}: send it as it is");
            return Err(Stop::refuse(Code::UnsupportedMediaType, detail));
        }
        let kind = inbound.header(&header::CONTENT_TYPE).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let detail = "send the body as application/json";
            return Err(Stop::refuse(Code::UnsupportedMediaType, detail));
        }
        Ok(())
    }
}

/// The refusal of a body beyond the limit.
pub(crate) fn too_large(limit: usize) -> Stop {
    let detail = format!("the body may have {limit} bytes at most");
    Stop::refuse(Code::PayloadTooLarge, detail)
}
