//! Reads a body whole, within its limit and in time, so that every later policy shares one copy.

use crate::content::too_large;
use crate::gate::{Stop, Via};
use axum::body::{Body, HttpBody as _};
use bytes::Bytes;
use crossdock_model::{Clock, Timestamp};
use crossdock_problem::Code;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::time::Duration;

/// How much of a body is read, and how long it may take to arrive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// The most bytes.
    pub(crate) limit: usize,
    /// From the first policy to the last byte.
    pub(crate) time: Duration,
}

impl Reading {
    /// The whole body, or why it is none.
    pub(crate) async fn whole(
        self,
        body: Body,
        via: Via,
        clock: &dyn Clock,
    ) -> Result<Bytes, Stop> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        let reading = Limited::new(body, self.limit).collect();
        let collected = if via == Via::Wire {
            let late = clock.sleep_until(later(clock.now(), self.time));
            tokio::select! {
                collected = reading => collected,
                () = late => {
                    let detail = format!("the body took longer than {} s", self.time.as_secs());
                    return Err(Stop::refuse(Code::RequestTimeout, detail));
                }
            }
        } else {
            reading.await
        };
        match collected {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(too_large(self.limit)),
            Err(_broken) => Err(Stop::refuse(
                Code::InvalidRequest,
                "the body did not arrive whole",
            )),
        }
    }
}

/// That much later; never beyond the end of time.
pub(crate) fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}
