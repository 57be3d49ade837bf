//! The readers of this process's feeds, each with what it holds back from the archive.

use crate::apis;
use crate::operations::deps::Deps;
use crate::operations::events::store_of;
use axum::extract::State;
use crossdock_events::unreadable;
use crossdock_model::Timestamp;
use crossdock_problem::{Code, Json, Problem, Query};
use crossdock_store::{FeedReader, Position, Store, StoreError};
use http::StatusCode;
use serde::{Deserialize, Serialize};

/// Whose readers to list; those of every feed of that tier's store where it names none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadersQuery {
    tier: String,
    feed: Option<String>,
}

/// The readers that there are.
#[derive(Debug, Serialize)]
pub(crate) struct Readers {
    items: Vec<ReaderView>,
}

/// A reader, and how far it has come.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReaderView {
    feed: String,
    name: String,
    /// The last offset of each shard, by the shard's number.
    acknowledged: Vec<u64>,
    /// When it last said so.
    acknowledged_at: Timestamp,
    /// How many events of the feed come after that.
    behind: u64,
}

/// The reader that is to go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Removal {
    feed: String,
    name: String,
}

/// `GET /events/readers`: every registered reader of the feeds of a tier, by feed and name.
pub(crate) async fn list(
    State(deps): State<Deps>,
    Query(wanted): Query<ReadersQuery>,
) -> Result<Json<Readers>, Problem> {
    let mut items = Vec::new();
    for api in apis::ids() {
        let asked = wanted.feed.as_deref().is_none_or(|feed| feed == api.name);
        if !asked || api.tier.as_str() != wanted.tier {
            continue;
        }
        let Some(store) = deps.stores.port(api.tier) else {
            let detail = format!("this process serves no {} API", wanted.tier);
            return Err(Problem::new(Code::NotFound, detail));
        };
        items.extend(of_feed(&*store, api.name).await.map_err(unreadable)?);
    }
    Ok(Json(Readers { items }))
}

/// `POST /events/readers/removals`: ends the registration of a reader that will not come back.
pub(crate) async fn forget(
    State(deps): State<Deps>,
    Json(removal): Json<Removal>,
) -> Result<StatusCode, Problem> {
    let Removal { feed, name } = &removal;
    let gone = store_of(&deps, feed)?.forget_reader(feed, name).await;
    if !gone.map_err(unreadable)? {
        let detail = format!("the feed {feed} has no reader {name}: see events readers");
        return Err(Problem::new(Code::NotFound, detail));
    }
    tracing::warn!(%feed, reader = %name, "a reader was forgotten: events that it has not read may leave for the archive");
    Ok(StatusCode::NO_CONTENT)
}

async fn of_feed(store: &dyn Store, feed: &str) -> Result<Vec<ReaderView>, StoreError> {
    let readers = store.readers(feed).await?;
    if readers.is_empty() {
        return Ok(Vec::new());
    }
    let (begins, ends) = (store.beginning(feed).await?, store.end(feed).await?);
    let view = |reader: FeedReader| ReaderView {
        feed: feed.to_owned(),
        name: reader.name.to_string(),
        behind: behind(&reader.acknowledged, &begins, &ends),
        acknowledged: reader.acknowledged,
        acknowledged_at: reader.at,
    };
    Ok(readers.into_iter().map(view).collect())
}

/// The events that are left in the feed after what was acknowledged.
fn behind(acknowledged: &[u64], begins: &Position, ends: &Position) -> u64 {
    let offset = |of: &Position, shard: usize| {
        let place = of.0.get(shard).copied().flatten();
        place.map_or(0, |place| place.offset)
    };
    let in_shard = |shard: usize| {
        let acknowledged = acknowledged.get(shard).copied().unwrap_or(0);
        let done = acknowledged.max(offset(begins, shard));
        offset(ends, shard).saturating_sub(done)
    };
    (0..ends.0.len()).map(in_shard).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_store::Place;
    use uuid::Uuid;

    #[test]
    fn a_reader_is_behind_by_what_is_left_after_its_place() {
        let at = |offsets: &[u64]| {
            let place = |offset: &u64| Place {
                offset: *offset,
                event: Uuid::nil(),
                at: Timestamp::UNIX_EPOCH,
            };
            let places = offsets.iter().map(place).map(Some);
            Position(places.collect())
        };
        let (begins, ends) = (at(&[2, 0]), at(&[7, 3, 4]));
        assert_eq!(behind(&[7, 3, 4], &begins, &ends), 0);
        assert_eq!(behind(&[5, 3], &begins, &ends), 2 + 4);
        // It never read what has left.
        assert_eq!(behind(&[], &begins, &ends), 5 + 3 + 4);
    }
}
