//! Where a connected OMS tells by itself what happened.

use crate::{Oms, notices};
use axum::body::Bytes;
use axum::extract::State;
use crossdock_events::Inbox;
use crossdock_model::Fault;
use crossdock_problem::{Code, Path, Problem};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// What a webhook is taken with: the connectors that sign it, the inbox that remembers it.
#[derive(Debug)]
pub(crate) struct Hooks {
    pub(crate) oms: Arc<Oms>,
    pub(crate) inbox: Inbox,
}

/// Takes a webhook: genuine, once, and into events of the feed.
pub(crate) async fn take(
    State(hooks): State<Arc<Hooks>>,
    Path(connector): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let (name, backend) = hooks.oms.named(&connector)?;
    let notice = backend
        .notice(&headers, &body, hooks.oms.clock().now())
        .map_err(refused)?;
    let taken = notices::take(&hooks.inbox, name, notice).await;
    taken.map_err(refused)?;
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
