//! An API's feed: its events by cursor, for whoever the tier above sends.
#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::cursor::Cursor;
use crate::envelope::CloudEvent;
use crate::readers;
use crate::served::Feed;
use crate::table::read_feed;
use crate::unreadable::unreadable;
use axum::extract::State;
use crossdock_model::{ApiId, Clock, Tenant};
use crossdock_outbound::CallContext;
use crossdock_problem::{Code, Json, Problem, Query};
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use crossdock_store::Store;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// The longest that a reader may wait for something to happen, in seconds.
const LONGEST_WAIT: u64 = 25;
/// The most events of one page.
const LARGEST_PAGE: usize = 500;
/// So many pages of other retailers' events are passed over for one request; then its reader asks on from there.
const LONGEST_WALK: usize = 16;

/// Some events, and where the next ones begin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FeedPage {
    /// The events, in order per subject.
    pub events: Vec<CloudEvent>,
    /// Give it back as `after`; it moves even when nothing on this page was yours.
    #[schema(value_type = String, max_length = 16384)]
    pub next: Cursor,
}

/// What is asked of a feed.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FeedRequest {
    /// From the page before; absent for the beginning.
    #[serde(default)]
    #[param(value_type = Option<String>, max_length = 16384)]
    after: Option<String>,
    /// How many seconds to wait for something to happen (0 to 25).
    #[serde(default)]
    #[param(minimum = 0, maximum = 25)]
    wait: Option<u64>,
    /// At most so many events (1 to 500, default 200).
    #[serde(default)]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// `GET /events` of that API, and what its readers acknowledge: merge it into the API's routes.
pub fn feed_routes(store: Arc<dyn Store>, api: ApiId, clock: Arc<dyn Clock>) -> Routes {
    let (tier, name) = (api.tier.as_str(), api.name.replace('-', "_"));
    let operation_id = format!("{tier}_{name}_events");
    let acknowledge = format!("{tier}_{name}_acknowledge_events");
    let feed = Feed {
        store,
        name: api.name,
        clock,
    };
    Routes::new()
        .route_as(&operation_id, routes!(read_events), FEED)
        .route_as(
            &acknowledge,
            routes!(readers::acknowledge_events),
            ACKNOWLEDGE,
        )
        .with_state(feed)
}

/// Events by cursor; the latency is that of the longest wait.
const FEED: Declaration = Declaration {
    security: Security::Scopes(&["events:read"]),
    owner: Domain::Commerce,
    pattern: Pattern::Event,
    latency: Duration::from_millis(LONGEST_WAIT * 1_000 + 500),
    limit: LimitClass::Feed,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "readers fall behind and catch up",
};

/// Whoever reads may say how far; that only our own subscriptions are registered is the handler's to know.
const ACKNOWLEDGE: Declaration = Declaration {
    latency: Duration::from_millis(250),
    data: DataClass::Internal,
    idempotency: Idempotency::Inherent,
    degrade: "events stay in the feed until their readers are heard again",
    ..FEED
};

/// Read the events of this API.
///
/// Events after a cursor, oldest first per subject; waits for the next one where there is none yet.
#[utoipa::path(get, path = "/events", operation_id = "read_events", tag = "events",
    params(FeedRequest),
    responses(
        (status = 200, description = "Events, and where the next ones begin", body = FeedPage),
        (status = 409, description = "The feed is not the one that the cursor is of: read again from the beginning"),
        (status = 410, description = "What comes after the cursor has left for the archive: begin at what is left"),
        (status = 422, description = "No cursor of this feed")))]
async fn read_events(
    State(feed): State<Feed>,
    context: CallContext,
    Query(request): Query<FeedRequest>,
) -> Result<Json<FeedPage>, Problem> {
    let mut cursor: Cursor = request
        .after
        .as_deref()
        .unwrap_or_default()
        .parse()
        .map_err(|why: String| Problem::new(Code::ValidationFailed, why))?;
    let limit = request.limit.unwrap_or(200).clamp(1, LARGEST_PAGE);
    let wait = Duration::from_secs(request.wait.unwrap_or(0).min(LONGEST_WAIT));
    let now = feed.clock.now();
    let mut over = feed
        .clock
        .sleep_until(now.saturating_add(wait).unwrap_or(now));
    let caller = &context.caller;
    let ours = Feed::is_read_for_all(caller);
    let mut pages = 0;
    loop {
        // Asked before reading: what comes in between ends it at once.
        let grown = feed.store.grown(feed.name);
        let (events, more) = feed
            .page(&mut cursor, limit, (!ours).then_some(&caller.tenant))
            .await?;
        if !events.is_empty() || (wait.is_zero() && !more) {
            let next = cursor;
            return Ok(Json(FeedPage { events, next }));
        }
        if more {
            pages += 1;
            if pages == LONGEST_WALK {
                return Ok(Json(FeedPage {
                    events,
                    next: cursor,
                }));
            }
            continue;
        }
        tokio::select! {
            () = grown => {}
            () = &mut over => return Ok(Json(FeedPage { events, next: cursor })),
        }
    }
}

impl Feed {
    /// The events of one page that the reader may see, and whether there was anything at all.
    async fn page(
        &self,
        cursor: &mut Cursor,
        limit: usize,
        tenant: Option<&Tenant>,
    ) -> Result<(Vec<CloudEvent>, bool), Problem> {
        let stored = read_feed(&*self.store, self.name, cursor, limit).await;
        let stored = stored.map_err(unreadable)?;
        let mut events = Vec::with_capacity(stored.len());
        for event in &stored {
            if tenant.is_none_or(|tenant| *tenant == event.tenant) {
                events.push(CloudEvent::of(event));
            }
        }
        Ok((events, !stored.is_empty()))
    }
}
