//! Asking each backend what it told, so that what was lost on the way is taken after all.
//!
//! A webhook may have been lost with the store that took it, or never have arrived. At the start everything is asked for
//! that a backend told since the mark; without a mark, everything that it keeps. From then on, what nobody took.

use async_trait::async_trait;
use crossdock_events::InboxOutcome;
use crossdock_model::{ApiId, Clock, ConnectorName, Fault, Timestamp};
use crossdock_runtime::Stopping;
use crossdock_store::{Batch, CursorWrite, QueueClass, Shard, Store, StoreError};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How soon a backend is asked again that could not answer.
const SOON: Duration = Duration::from_secs(5);
/// No pause is shorter.
const SHORTEST: Duration = Duration::from_secs(1);

/// What is asked of a backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All that it told: nobody knows what of it is still there.
    All,
    /// What nobody took; all of it where the backend cannot tell.
    Undelivered,
}

/// What a backend answers.
#[derive(Debug, Clone)]
pub enum Told<N> {
    /// Some messages after the mark.
    Messages(ToldMessages<N>),
    /// The mark is none of this backend's: it has told less than that.
    UnknownMark,
    /// It keeps nothing of what it told: what its webhooks lose stays lost.
    Unsupported,
}

/// Some messages of a backend.
#[derive(Debug, Clone)]
pub struct ToldMessages<N> {
    /// Oldest first, each as its webhook would be read; a fault for one that cannot be.
    pub messages: Vec<Result<N, Fault>>,
    /// The mark behind them.
    pub mark: String,
    /// Whether there are more behind the mark.
    pub more: bool,
}

/// An API's webhooks, which are also taken when they are asked for.
#[async_trait]
pub trait Receiver: fmt::Debug + Send + Sync {
    /// What a webhook says.
    type Message: Send;

    /// The connectors whose backends are asked.
    fn connectors(&self) -> Vec<ConnectorName>;

    /// What that backend told since the mark; without one, all that it keeps.
    async fn told_since(
        &self,
        connector: &ConnectorName,
        mark: Option<&str>,
        which: Which,
    ) -> Result<Told<Self::Message>, Fault>;

    /// Takes a message as if its webhook came; one that was taken before changes nothing.
    async fn take(
        &self,
        connector: &ConnectorName,
        message: Self::Message,
    ) -> Result<InboxOutcome, Fault>;
}

/// The catching up of one API.
#[derive(Debug)]
pub struct CatchUp<R> {
    /// The API, whose name is part of the marks' names.
    pub api: ApiId,
    /// Where its webhooks are taken, and its backends asked.
    pub receiver: Arc<R>,
    /// Where the marks are, beside the inbox that the messages go to: they are lost together.
    pub store: Arc<dyn Store>,
    /// The clock by which it asks again.
    pub clock: Arc<dyn Clock>,
    /// How often it asks for what was not delivered.
    pub every: Duration,
}

impl<R: Receiver> CatchUp<R> {
    /// Asks until the process stops: first for everything since the marks, then for what did not arrive.
    pub async fn run(self, mut stopping: Stopping) {
        let mut caught_up = BTreeSet::new();
        while !stopping.is_stopping() {
            let mut pause = self.every;
            for connector in self.receiver.connectors() {
                let which = if caught_up.contains(&connector) {
                    Which::Undelivered
                } else {
                    Which::All
                };
                match self.ask(&connector, which).await {
                    Ok(_new) => {
                        caught_up.insert(connector);
                    }
                    Err(fault) => {
                        pause = pause.min(SOON);
                        tracing::warn!(api = %self.api, %connector, %fault, "a backend cannot be asked what it told; asking again soon");
                    }
                }
            }
            let next = self.clock.now().saturating_add(pause.max(SHORTEST));
            tokio::select! {
                () = stopping.stopped() => {}
                () = self.clock.sleep_until(next.unwrap_or(Timestamp::MAX)) => {}
            }
        }
    }

    /// Takes everything that a backend has told since the mark; answers how much of it was new.
    pub async fn ask(&self, connector: &ConnectorName, which: Which) -> Result<usize, Fault> {
        let name: Arc<str> = format!("{}/{connector}/told", self.api.name).into();
        let mut mark = self.store.cursor(&name).await.map_err(retry)?;
        let mut new = 0;
        loop {
            let told = self.receiver.told_since(connector, mark.as_deref(), which);
            let told = match told.await? {
                Told::Messages(told) => told,
                Told::Unsupported => return Ok(new),
                Told::UnknownMark if mark.is_none() => {
                    return Err(Fault::poison("the backend knows no beginning"));
                }
                Told::UnknownMark => {
                    tracing::warn!(api = %self.api, %connector, ?mark, "the backend has told less than was taken of it: it was replaced or restored from an older copy; it is asked for all that it keeps");
                    mark = None;
                    continue;
                }
            };
            // With nothing taken there is nothing to lose.
            let has_begun = mark.is_some() || !told.messages.is_empty();
            for message in told.messages {
                new += usize::from(self.take(connector, message).await?);
            }
            let reached: Arc<str> = told.mark.into();
            if has_begun && mark.as_ref() != Some(&reached) {
                self.keep(&name, &reached).await?;
            }
            mark = Some(reached);
            if !told.more {
                if new > 0 {
                    tracing::warn!(api = %self.api, %connector, new, "messages of a backend were taken that had not arrived, or were lost with an older store");
                }
                return Ok(new);
            }
        }
    }

    /// Takes one message; answers whether it was new. One that cannot be understood is left out, as its webhook is refused.
    async fn take(
        &self,
        connector: &ConnectorName,
        message: Result<R::Message, Fault>,
    ) -> Result<bool, Fault> {
        let taken = match message {
            Ok(message) => self.receiver.take(connector, message).await,
            Err(fault) => Err(fault),
        };
        match taken {
            Ok(outcome) => Ok(outcome == InboxOutcome::New),
            Err(fault @ (Fault::Poison { .. } | Fault::Refused(_))) => {
                tracing::warn!(api = %self.api, %connector, %fault, "a message of a backend cannot be understood and is left out");
                Ok(false)
            }
            Err(fault) => Err(fault),
        }
    }

    async fn keep(&self, name: &Arc<str>, mark: &Arc<str>) -> Result<(), Fault> {
        let mut batch = Batch::new(Shard(0), self.clock.now());
        batch.cursor = Some(CursorWrite {
            reader: Arc::clone(name),
            position: Arc::clone(mark),
        });
        let kept = self.store.append(QueueClass::Progress, batch).await;
        kept.map(drop).map_err(retry)
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
fn retry(error: StoreError) -> Fault {
    Fault::Retry {
        after: None,
        why: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_runtime::ManualClock;
    use crossdock_store::SqliteStore;
    use std::sync::Mutex;

    /// A backend that told numbers, one a page, and what was taken of it; 13 cannot be understood.
    #[derive(Debug, Default)]
    struct Numbers {
        told: Mutex<Vec<u32>>,
        taken: Mutex<Vec<u32>>,
        asked: Mutex<Vec<Option<String>>>,
    }

    #[async_trait]
    impl Receiver for Numbers {
        type Message = u32;

        fn connectors(&self) -> Vec<ConnectorName> {
            vec!["main".into()]
        }

        async fn told_since(
            &self,
            _connector: &ConnectorName,
            mark: Option<&str>,
            _which: Which,
        ) -> Result<Told<u32>, Fault> {
            self.asked.lock().unwrap().push(mark.map(str::to_owned));
            let told = self.told.lock().unwrap();
            let after: usize = mark.map_or(0, |mark| mark.parse().unwrap());
            if after > told.len() {
                return Ok(Told::UnknownMark);
            }
            let page = told.iter().skip(after).take(1);
            let messages: Vec<_> = page.map(|number| Ok(*number)).collect();
            let mark = after + messages.len();
            Ok(Told::Messages(ToldMessages {
                messages,
                mark: mark.to_string(),
                more: mark < told.len(),
            }))
        }

        async fn take(
            &self,
            _connector: &ConnectorName,
            number: u32,
        ) -> Result<InboxOutcome, Fault> {
            if number == 13 {
                return Err(Fault::poison("not a number of ours"));
            }
            let mut taken = self.taken.lock().unwrap();
            if taken.contains(&number) {
                return Ok(InboxOutcome::Duplicate);
            }
            taken.push(number);
            Ok(InboxOutcome::New)
        }
    }

    fn catch_up(told: &[u32]) -> CatchUp<Numbers> {
        let numbers = Numbers::default();
        *numbers.told.lock().unwrap() = told.to_vec();
        CatchUp {
            api: ApiId::system("oms"),
            receiver: Arc::new(numbers),
            store: Arc::new(SqliteStore::memory().unwrap()),
            clock: Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)),
            every: Duration::from_mins(1),
        }
    }

    #[tokio::test]
    async fn it_goes_on_where_it_was_and_past_what_nobody_understands() {
        let catch_up = catch_up(&[1, 13, 2]);
        let main = ConnectorName::from("main");
        assert_eq!(catch_up.ask(&main, Which::All).await, Ok(2));
        assert_eq!(*catch_up.receiver.taken.lock().unwrap(), [1, 2]);
        catch_up.receiver.told.lock().unwrap().push(3);
        catch_up.receiver.asked.lock().unwrap().clear();
        assert_eq!(catch_up.ask(&main, Which::Undelivered).await, Ok(1));
        let asked = catch_up.receiver.asked.lock().unwrap().clone();
        assert_eq!(asked, [Some("3".to_owned())]);
    }

    #[tokio::test]
    async fn a_backend_that_told_less_than_was_taken_is_asked_from_its_beginning() {
        let catch_up = catch_up(&[1, 2, 3]);
        let main = ConnectorName::from("main");
        assert_eq!(catch_up.ask(&main, Which::All).await, Ok(3));
        *catch_up.receiver.told.lock().unwrap() = vec![1, 4];
        assert_eq!(catch_up.ask(&main, Which::All).await, Ok(1));
        assert_eq!(*catch_up.receiver.taken.lock().unwrap(), [1, 2, 3, 4]);
    }
}
