//! Where a subscription reads: the store's own table, or another API's feed over its route.

use crate::cursor::Cursor;
use crate::envelope::CloudEvent;
use crate::feed::{EVERY_TENANT, FeedPage};
use crossdock_model::{Caller, Context, Correlation, Fault, Tenant};
use crossdock_outbound::Route;
use crossdock_store::Store;
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

impl Source {
    /// The next events after a cursor, and where the ones after those begin.
    pub(crate) async fn page(&self, after: &Cursor, reader: &str) -> Result<FeedPage, Fault> {
        match self {
            Self::Table(store, feed) => {
                let stored =
                    store
                        .events(feed, &after.0, PAGE)
                        .await
                        .map_err(|error| Fault::Retry {
                            after: None,
                            why: error.to_string(),
                        })?;
                let mut next = after.clone();
                for event in &stored {
                    next.pass(event);
                }
                let events = stored.iter().map(CloudEvent::of).collect();
                Ok(FeedPage { events, next })
            }
            Self::Feed(route) => ask(route, after, reader, (PAGE, 0)).await,
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
