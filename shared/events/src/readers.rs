//! How a reader of a feed says how far it has come, so that nothing leaves for the archive that it still wants.
#![expect(
    unused_qualifications,
    reason = "utoipa names the path's type with its whole path"
)]

use crate::cursor::Cursor;
use crate::served::Feed;
use crate::table;
use crate::unreadable::unreadable_at;
use axum::extract::State;
use crossdock_outbound::CallContext;
use crossdock_problem::{Code, Json, Path, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Where a problem about an acknowledgement names a shard: this, and the shard's number.
const SHARD_ACKNOWLEDGED: &str = "#/acknowledged/";

/// Which reader of the feed it is.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct ReaderName {
    /// The reader's name, as it will come again: `order/oms`.
    #[param(min_length = 1, max_length = 64)]
    name: String,
}

/// How far a reader has come.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledgement {
    /// Every event before it is done with; empty before the first one.
    #[schema(value_type = String, max_length = 16384)]
    pub(crate) acknowledged: Cursor,
}

/// Say how far a reader of this API's events has come.
///
/// The first time registers it: what a registered reader has not acknowledged stays in the feed.
#[utoipa::path(put, path = "/events/readers/{name}", operation_id = "acknowledge_events", tag = "events",
    params(ReaderName), request_body = Acknowledgement,
    responses(
        (status = 204, description = "Noted; what comes after it stays in the feed"),
        (status = 409, description = "The feed is not the one that the cursor is of: read again from the beginning"),
        (status = 410, description = "What comes after the cursor has left for the archive: begin at what is left"),
        (status = 422, description = "No cursor of this feed")))]
pub(crate) async fn acknowledge_events(
    State(feed): State<Feed>,
    context: CallContext,
    Path(reader): Path<ReaderName>,
    Json(said): Json<Acknowledgement>,
) -> Result<StatusCode, Problem> {
    if !Feed::is_read_for_all(&context.caller) {
        // It holds back the events of every retailer.
        let detail = "only Crossdock's own subscriptions register: read the feed with a cursor, and keep what you need";
        return Err(Problem::new(Code::Forbidden, detail));
    }
    let (place, now) = ((feed.name, &*reader.name), feed.clock.now());
    table::acknowledge(&*feed.store, place, &said.acknowledged, now)
        .await
        .map_err(|error| unreadable_at(SHARD_ACKNOWLEDGED, error))?;
    Ok(StatusCode::NO_CONTENT)
}
