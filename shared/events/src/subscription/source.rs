//! Where a subscription reads: the store's own table, or another API's feed over its route.

use crate::cursor::Cursor;
use crate::envelope::CloudEvent;
use crate::feed::{EVERY_TENANT, FeedPage, SHARD_OF_CURSOR};
use crossdock_model::{Caller, Context, Correlation, Fault, Refusal, Tenant};
use crossdock_outbound::Route;
use crossdock_problem::Code;
use crossdock_store::{Displaced, Store, StoreError};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The events of one page.
const PAGE: usize = 500;
/// How long a feed is asked to wait for something to happen.
const WAIT: u64 = 20;
/// How much longer its answer may take.
const ANSWER: Duration = Duration::from_secs(WAIT + 10);

/// Ends when there may be something new.
pub(crate) type GrowthFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where the events come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A feed in a store of this process.
    Table(Arc<dyn Store>, &'static str),
    /// The feed of an API, wherever it runs.
    Feed(Route),
}

/// What a source answers to a cursor.
pub(crate) enum SourceRead {
    /// The next events, and where the ones after those begin.
    Page(FeedPage),
    /// The cursor is of another feed.
    Replaced(Replaced),
}

/// The shards in which something else stands than was read, and that in words.
pub(crate) struct Replaced {
    pub(crate) shards: Vec<u16>,
    pub(crate) what: String,
}

impl Source {
    /// The next events after a cursor.
    pub(crate) async fn read(&self, after: &Cursor, reader: &str) -> Result<SourceRead, Fault> {
        match self {
            Self::Table(store, feed) => match store.events(feed, &after.0, PAGE).await {
                Ok(stored) => {
                    let mut next = after.clone();
                    for event in &stored {
                        next.pass(event);
                    }
                    let events = stored.iter().map(CloudEvent::of).collect();
                    Ok(SourceRead::Page(FeedPage { events, next }))
                }
                Err(StoreError::Displaced(displaced)) => Ok(SourceRead::Replaced(displaced.into())),
                Err(error) => Err(Fault::Retry {
                    after: None,
                    why: error.to_string(),
                }),
            },
            Self::Feed(route) => match ask(route, after, reader, (PAGE, 0)).await {
                Ok(page) => Ok(SourceRead::Page(page)),
                Err(Fault::Refused(refusal)) if refusal.code == Code::FeedReplaced.as_str() => {
                    Ok(SourceRead::Replaced(refusal.into()))
                }
                Err(fault) => Err(fault),
            },
        }
    }

    /// For a table, a future of its growth from now on; none for a feed, which is long-polled.
    pub(crate) fn grown_soon(&self) -> Option<GrowthFuture> {
        match self {
            Self::Table(store, feed) => Some(store.grown(feed)),
            Self::Feed(_) => None,
        }
    }

    /// Waits for something after the cursor; a feed that cannot be asked ends the wait, so that reading finds out.
    pub(crate) async fn grown(&self, soon: Option<GrowthFuture>, after: Cursor, reader: &str) {
        match (self, soon) {
            (_, Some(soon)) => soon.await,
            (Self::Table(store, feed), None) => store.grown(feed).await,
            (Self::Feed(route), None) => {
                if let Err(fault) = ask(route, &after, reader, (1, WAIT)).await {
                    tracing::debug!(reader, %fault, "a feed cannot be waited for");
                }
            }
        }
    }
}

impl From<Displaced> for Replaced {
    fn from(displaced: Displaced) -> Self {
        Self {
            shards: displaced.shards.iter().map(|at| at.shard.0).collect(),
            what: displaced.to_string(),
        }
    }
}

impl From<Refusal> for Replaced {
    fn from(refusal: Refusal) -> Self {
        let pointers = refusal.errors.iter().map(|error| &*error.pointer);
        let shards = pointers.filter_map(|pointer| pointer.strip_prefix(SHARD_OF_CURSOR));
        Self {
            shards: shards.filter_map(|shard| shard.parse().ok()).collect(),
            what: refusal.detail,
        }
    }
}

async fn ask(
    route: &Route,
    after: &Cursor,
    reader: &str,
    (limit, wait): (usize, u64),
) -> Result<FeedPage, Fault> {
    let caller = Caller::workflow(Tenant::from(EVERY_TENANT));
    let correlation = Correlation(format!("subscription:{reader}").into());
    let context = Context::new(caller, correlation);
    let (after, limit, wait) = (after.to_string(), limit.to_string(), wait.to_string());
    let query = [("after", &*after), ("limit", &*limit), ("wait", &*wait)];
    let call = route.get(&context, "/events").query(&query);
    call.within(ANSWER).send().await
}
