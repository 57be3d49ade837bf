//! Webhooks out of a book: announced with the effect, delivered until somebody says 2xx.

use crate::book::Book;
use crate::error::VendorError;
use bytes::Bytes;
use crossdock_events::webhook::Secret;
use crossdock_model::Timestamp;
use crossdock_outbound::Endpoint;
use crossdock_runtime::Stopping;
use crossdock_store::StoreError;
use futures_util::future::join_all;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde_json::value::RawValue;
use std::time::Duration;

/// How many are posted at once.
const AT_ONCE: u32 = 256;
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long the next attempt waits after each failed one; the last repeats.
const BACK_OFF: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(5),
];
/// How long an announcement can go unnoticed when its writer was cut off.
const LOOK: Duration = Duration::from_secs(1);

/// Delivers what a book announces, in order per object, at least once.
#[derive(Debug, Clone)]
pub struct Deliverer {
    book: Book,
    secret: Secret,
    endpoint: Endpoint,
    path: String,
}

/// What a drain of the outbox came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// The receiver has acknowledged it (2xx).
    pub sent: usize,
    /// Refused or unanswered so far; posted again later.
    pub waiting: usize,
}

struct Message {
    seq: i64,
    id: String,
    body: String,
    attempts: u32,
}

impl Deliverer {
    /// A deliverer that posts to that path of the endpoint, signed with the secret.
    pub fn new(book: &Book, secret: Secret, endpoint: Endpoint, path: impl Into<String>) -> Self {
        Self {
            book: book.clone(),
            secret,
            endpoint: endpoint.with_attempt(PATIENCE),
            path: path.into(),
        }
    }

    /// Delivers until the process stops: at once when something is announced, later when it was refused.
    pub async fn run(self, mut stopping: Stopping) {
        while !stopping.is_stopping() {
            let now = self.book.now();
            match self.round(now).await {
                Ok(Delivered { sent: 0, .. }) => {}
                Ok(_some) => continue,
                Err(error) => tracing::error!(%error, "webhooks cannot be delivered"),
            }
            let look = now.saturating_add(LOOK).unwrap_or(now);
            tokio::select! {
                () = stopping.stopped() => {}
                () = self.book.has_announced() => {}
                () = self.book.clock().sleep_until(look) => {}
            }
        }
    }

    /// Delivers everything there is, whether its time has come or not, until nothing more is taken.
    pub async fn deliver_now(&self) -> Result<Delivered, StoreError> {
        let mut sent = 0;
        loop {
            let round = self.round(Timestamp::MAX).await?;
            sent += round.sent;
            if round.sent == 0 {
                let waiting = self
                    .book
                    .read(|conn| {
                        conn.prepare_cached(
                            "SELECT count(*) FROM webhook_outbox WHERE delivered_at IS NULL",
                        )?
                        .query_row([], |row| row.get::<_, i64>(0))
                    })
                    .await?;
                let waiting = usize::try_from(waiting).unwrap_or(usize::MAX);
                return Ok(Delivered { sent, waiting });
            }
        }
    }

    /// Posts the oldest open message of each object that is due, and records the attempts.
    async fn round(&self, due: Timestamp) -> Result<Delivered, StoreError> {
        let due_messages = self.due_messages(due).await?;
        let posts = join_all(due_messages.iter().map(|message| self.post(message))).await;
        let now = self.book.now();
        let attempts: Vec<DeliveryAttempt> = due_messages
            .iter()
            .zip(posts)
            .map(|(message, posted)| DeliveryAttempt::of(message, posted, now))
            .collect();
        let sent = attempts
            .iter()
            .filter(|attempt| attempt.error.is_none())
            .count();
        let waiting = attempts.len() - sent;
        if !attempts.is_empty() {
            self.record(attempts).await?;
        }
        Ok(Delivered { sent, waiting })
    }

    async fn due_messages(&self, due: Timestamp) -> Result<Vec<Message>, StoreError> {
        self.book
            .read(|conn| {
                conn.prepare_cached(
                    "SELECT o.seq, o.id, o.body, o.attempts FROM webhook_outbox o \
                 WHERE o.delivered_at IS NULL AND o.next_at <= ?1 AND NOT EXISTS \
                 (SELECT 1 FROM webhook_outbox e WHERE e.object = o.object AND e.seq < o.seq \
                  AND e.delivered_at IS NULL) \
                 ORDER BY o.next_at, o.seq LIMIT ?2",
                )?
                .query_map(params![due.as_millisecond(), AT_ONCE], |row| {
                    Ok(Message {
                        seq: row.get(0)?,
                        id: row.get(1)?,
                        body: row.get(2)?,
                        attempts: row.get(3)?,
                    })
                })?
                .collect()
            })
            .await
    }

    async fn post(&self, message: &Message) -> Result<(), String> {
        let body = Bytes::copy_from_slice(message.body.as_bytes());
        let signed = self.secret.sign(&message.id, self.book.now(), &body);
        let mut sending = self.endpoint.post(self.path.clone());
        sending.headers_mut().extend(signed);
        let reply = sending.bytes("application/json", body).send().await;
        match reply {
            Ok(reply) if reply.status.is_success() => Ok(()),
            Ok(reply) => Err(format!("the receiver answered {}", reply.status.as_u16())),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn record(&self, attempts: Vec<DeliveryAttempt>) -> Result<(), StoreError> {
        let written = self
            .book
            .write(move |tx| {
                let mut statement = tx.prepare_cached(
                    "UPDATE webhook_outbox SET attempts = attempts + 1, delivered_at = ?2, \
                     next_at = ?3, last_error = ?4 WHERE seq = ?1 AND delivered_at IS NULL",
                )?;
                for attempt in &attempts {
                    statement.execute(params![
                        attempt.seq,
                        attempt.delivered_at,
                        attempt.next_at,
                        attempt.error
                    ])?;
                }
                Ok(())
            })
            .await;
        written.map_err(|error: VendorError| StoreError::Broken(error.to_string().into()))
    }
}

/// Webhooks with the ids and bodies that they are delivered with, oldest first.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    pub(crate) events: Vec<ToldEvent>,
    /// The id of the one that was asked after; none where it is not kept any more.
    pub(crate) after: Option<String>,
    /// The number of the newest that there ever was; 0 where there was none.
    pub(crate) last: i64,
    /// Its id; none where it is not kept any more.
    pub(crate) last_id: Option<String>,
}

/// One webhook, under the number that a receiver asks on from.
#[derive(Debug, Serialize)]
pub(crate) struct ToldEvent {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) body: Box<RawValue>,
}

/// What was announced after that number and is still kept, oldest first; of it only what nobody has taken yet, where asked so.
pub(crate) fn told(
    conn: &Connection,
    after: i64,
    undelivered: bool,
    limit: u32,
) -> rusqlite::Result<Told> {
    let moment = conn.unchecked_transaction()?;
    // The index is named, because the planner would walk what was delivered.
    let told = if undelivered {
        "SELECT seq, id, body FROM webhook_outbox INDEXED BY webhook_outbox_untaken
         WHERE seq > ?1 AND delivered_at IS NULL ORDER BY seq LIMIT ?2"
    } else {
        "SELECT seq, id, body FROM webhook_outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2"
    };
    let events = moment
        .prepare_cached(told)?
        .query_map(params![after, limit], |row| {
            let unreadable = |error: serde_json::Error| {
                rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(error))
            };
            Ok(ToldEvent {
                seq: row.get(0)?,
                id: row.get(1)?,
                body: RawValue::from_string(row.get(2)?).map_err(unreadable)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    // SQLite's own count, which no row that is deleted takes back.
    let last = moment
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'webhook_outbox'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let last = last.unwrap_or(0);
    let id_of = |seq: i64| {
        moment
            .prepare_cached("SELECT id FROM webhook_outbox WHERE seq = ?1")?
            .query_row([seq], |row| row.get(0))
            .optional()
    };
    Ok(Told {
        events,
        after: id_of(after)?,
        last,
        last_id: id_of(last)?,
    })
}

/// The outcome of one delivery attempt, as it is written to the outbox.
struct DeliveryAttempt {
    seq: i64,
    delivered_at: Option<i64>,
    next_at: i64,
    error: Option<String>,
}

impl DeliveryAttempt {
    fn of(message: &Message, posted: Result<(), String>, now: Timestamp) -> Self {
        let at = now.as_millisecond();
        let last = BACK_OFF.len() - 1;
        let failed = usize::try_from(message.attempts).unwrap_or(last);
        let wait = BACK_OFF.get(failed.min(last)).copied().unwrap_or(LOOK);
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        Self {
            seq: message.seq,
            delivered_at: posted.is_ok().then_some(at),
            next_at: if posted.is_ok() {
                at
            } else {
                at.saturating_add(wait)
            },
            error: posted.err(),
        }
    }
}
