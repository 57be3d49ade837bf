//! Where a subscription reads: the store's own table, or another API's feed over its route.

use crate::cursor::Cursor;
use crate::envelope::CloudEvent;
use crate::feed::FeedPage;
use crate::readers::Acknowledgement;
use crate::served::EVERY_TENANT;
use crate::table;
use crossdock_model::{Caller, Context, Correlation, Fault, Refusal, Tenant, Timestamp};
use crossdock_outbound::Route;
use crossdock_problem::Code;
use crossdock_store::{Store, StoreError};
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

/// What a source answers to a place: what was asked of it, or that the place is none in its feed.
pub(crate) type Answer<T> = Result<Result<T, BeginAgain>, Fault>;

/// Why a place is none in the feed any more, and the shards to begin again; the whole feed where none is named.
pub(crate) struct BeginAgain {
    pub(crate) shards: Vec<u16>,
    pub(crate) why: String,
}

impl Source {
    /// The next events after a cursor.
    pub(crate) async fn read(&self, after: &Cursor, reader: &str) -> Answer<FeedPage> {
        match self {
            Self::Table(store, feed) => {
                let mut next = after.clone();
                let stored = table::read_feed(&**store, feed, &mut next, PAGE).await;
                of_table(stored.map(|stored| {
                    let events = stored.iter().map(CloudEvent::of).collect();
                    FeedPage { events, next }
                }))
            }
            Self::Feed(route) => of_feed(ask(route, after, reader, (PAGE, 0)).await),
        }
    }

    /// Says how far the reader has come; what comes after it stays in the feed.
    pub(crate) async fn acknowledge(
        &self,
        place: &Cursor,
        reader: &str,
        now: Timestamp,
    ) -> Answer<()> {
        match self {
            Self::Table(store, feed) => {
                let who = (*feed, reader);
                of_table(table::acknowledge(&**store, who, place, now).await)
            }
            Self::Feed(route) => of_feed(tell(route, place, reader).await),
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

impl BeginAgain {
    fn replaced(what: &str, shards: Vec<u16>) -> Self {
        let why = format!(
            "{what}: it was lost, replaced or restored from an older copy; these shards are read again from their beginning, and what was done is not done twice"
        );
        Self { shards, why }
    }

    fn archived(what: &str) -> Self {
        let why = format!(
            "{what}: this reader was not registered, or was forgotten, and what it had not read is in the archive only; the whole feed is read again from where it begins now, and what was done is not done twice"
        );
        let shards = Vec::new();
        Self { shards, why }
    }
}

fn of_table<T>(answered: Result<T, StoreError>) -> Answer<T> {
    match answered {
        Ok(answer) => Ok(Ok(answer)),
        Err(StoreError::Displaced(displaced)) => {
            let shards = displaced.shards.iter().map(|at| at.shard.0).collect();
            Ok(Err(BeginAgain::replaced(&displaced.to_string(), shards)))
        }
        Err(StoreError::EventsArchived(archived)) => {
            Ok(Err(BeginAgain::archived(&archived.to_string())))
        }
        Err(error) => Err(Fault::Retry {
            after: None,
            why: error.to_string(),
        }),
    }
}

fn of_feed<T>(answered: Result<T, Fault>) -> Answer<T> {
    match answered {
        Ok(answer) => Ok(Ok(answer)),
        Err(Fault::Refused(refusal)) => match Code::parse(&refusal.code) {
            Some(Code::FeedReplaced) => {
                let shards = shards_of(&refusal);
                Ok(Err(BeginAgain::replaced(&refusal.detail, shards)))
            }
            Some(Code::EventsArchived) => Ok(Err(BeginAgain::archived(&refusal.detail))),
            _another => Err(Fault::Refused(refusal)),
        },
        Err(fault) => Err(fault),
    }
}

/// The shards that a refusal points at, each the end of its pointer.
fn shards_of(refusal: &Refusal) -> Vec<u16> {
    let pointers = refusal.errors.iter();
    let ends = pointers.filter_map(|error| error.pointer.rsplit_once('/'));
    ends.filter_map(|(_, shard)| shard.parse().ok()).collect()
}

/// Our own subscription, which reads for every retailer.
fn context(reader: &str) -> Context {
    let caller = Caller::workflow(Tenant::from(EVERY_TENANT));
    let correlation = Correlation(format!("subscription:{reader}").into());
    Context::new(caller, correlation)
}

async fn ask(
    route: &Route,
    after: &Cursor,
    reader: &str,
    (limit, wait): (usize, u64),
) -> Result<FeedPage, Fault> {
    let context = context(reader);
    let (after, limit, wait) = (after.to_string(), limit.to_string(), wait.to_string());
    let query = [("after", &*after), ("limit", &*limit), ("wait", &*wait)];
    let call = route.get(&context, "/events").query(&query);
    call.within(ANSWER).send().await
}

async fn tell(route: &Route, place: &Cursor, reader: &str) -> Result<(), Fault> {
    let name: String = url::form_urlencoded::byte_serialize(reader.as_bytes()).collect();
    let acknowledged = place.clone();
    let context = context(reader);
    let call = route.put(&context, format!("/events/readers/{name}"));
    let call = call.json(&Acknowledgement { acknowledged });
    call.reply().await.map(drop)
}
