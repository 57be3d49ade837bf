//! Where a connected OMS tells by itself what happened.

use crate::Oms;
use crate::notices;
use axum::body::Bytes;
use axum::extract::State;
use crossdock_model::{ConnectorName, Fault};
use crossdock_problem::{Code, Path, Problem};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// Takes a webhook: genuine, once, and into events of the feed.
pub(crate) async fn take(
    State(oms): State<Arc<Oms>>,
    Path(connector): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let connector = ConnectorName::from(&*connector);
    let (name, backend) = oms
        .connectors
        .all()
        .find(|(name, _)| **name == connector)
        .ok_or_else(|| Problem::new(Code::NotFound, "no OMS is connected under that name"))?;
    let notice = backend
        .notice(&headers, &body, oms.clock.now())
        .map_err(refused)?;
    notices::take(&oms, name, notice).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A message that cannot be read is the sender's fault, not a backend's answer.
fn refused(fault: Fault) -> Problem {
    if let Fault::Poison { why } = fault {
        tracing::warn!(%why, "a webhook cannot be understood and is refused");
        return Problem::new(Code::InvalidRequest, why);
    }
    fault.into()
}
