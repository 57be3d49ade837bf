//! The feeds of this process as an operator follows them: every tenant, by cursor, waiting for more.

use crate::apis;
use crate::operations::deps::Deps;
use axum::extract::State;
use crossdock_events::{CloudEvent, Cursor, FeedPage, read_feed, unreadable};
use crossdock_problem::{Code, Json, Problem, Query};
use crossdock_store::Store;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// The longest wait, in seconds.
const LONGEST_WAIT: u64 = 25;
/// The most events of one page.
const LARGEST_PAGE: usize = 500;

/// Which events of which feed, and how many seconds to wait for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsQuery {
    feed: String,
    after: Option<String>,
    wait: Option<u64>,
    limit: Option<usize>,
}

/// `GET /events`: a page of a feed, or an empty one once the wait is over.
pub(crate) async fn tail(
    State(deps): State<Deps>,
    Query(wanted): Query<EventsQuery>,
) -> Result<Json<FeedPage>, Problem> {
    let store = store_of(&deps, &wanted.feed)?;
    let mut cursor: Cursor = wanted
        .after
        .as_deref()
        .unwrap_or_default()
        .parse()
        .map_err(|why: String| Problem::new(Code::ValidationFailed, why))?;
    let limit = wanted.limit.unwrap_or(200).clamp(1, LARGEST_PAGE);
    let now = deps.clock.now();
    let wait = Duration::from_secs(wanted.wait.unwrap_or(0).min(LONGEST_WAIT));
    let mut over = deps
        .clock
        .sleep_until(now.saturating_add(wait).unwrap_or(now));
    loop {
        // Asked before reading: what comes in between ends it at once.
        let grown = store.grown(&wanted.feed);
        let stored = read_feed(&*store, &wanted.feed, &mut cursor, limit).await;
        let stored = stored.map_err(unreadable)?;
        if !stored.is_empty() || wait.is_zero() {
            let events = stored.iter().map(CloudEvent::of).collect();
            return Ok(Json(FeedPage {
                events,
                next: cursor,
            }));
        }
        tokio::select! {
            () = grown => {}
            () = &mut over => return Ok(Json(FeedPage { events: Vec::new(), next: cursor })),
        }
    }
}

/// The store that the feed lies in, where this process has it.
pub(super) fn store_of(deps: &Deps, feed: &str) -> Result<Arc<dyn Store>, Problem> {
    deps.stores.port(apis::tier_of_feed(feed)).ok_or_else(|| {
        Problem::new(
            Code::NotFound,
            format!("the feed {feed} is not of this process"),
        )
    })
}
