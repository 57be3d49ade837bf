//! One transaction of a book, with what its request is allowed to know of it.

use crate::error::{Outcome, VendorError};
use aws_lc_rs::digest;
use crossdock_model::Timestamp;
use crossdock_store::JobError;
use data_encoding::HEXLOWER;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::cell::{Cell, RefCell};
use std::fmt::{self, Display};
use std::ops::Deref;
use std::time::Duration;

/// What the log keeps of a request.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) key: Option<String>,
    pub(crate) client: Option<String>,
    pub(crate) traceparent: Option<String>,
    pub(crate) body_hash: Vec<u8>,
    pub(crate) fault: Option<&'static str>,
}

impl Request {
    /// Writes the request's line; without a status it is the one from before acting.
    pub(crate) fn log(
        &self,
        conn: &Connection,
        at: Timestamp,
        status: Option<u16>,
        effect: Option<(&str, &str)>,
        replayed: bool,
    ) -> rusqlite::Result<()> {
        let (effect_kind, effect_id) = effect.unzip();
        conn.prepare_cached(
            "INSERT INTO request_log (at, method, path, idempotency_key, client_ref, traceparent, \
             body_hash, fault, status, effect_kind, effect_id, replayed) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            at.as_millisecond(),
            self.method,
            self.path,
            self.key,
            self.client,
            self.traceparent,
            self.body_hash,
            self.fault,
            status,
            effect_kind,
            effect_id,
            replayed
        ])?;
        Ok(())
    }
}

/// A running transaction; it is a [`Connection`] to read and write with.
pub struct Tx<'a> {
    conn: &'a Connection,
    now: Timestamp,
    request: Option<&'a Request>,
    effect: RefCell<Option<(String, String)>>,
    replayed: Cell<bool>,
    announced: Cell<bool>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(conn: &'a Connection, now: Timestamp, request: Option<&'a Request>) -> Self {
        Self {
            conn,
            now,
            request,
            effect: RefCell::new(None),
            replayed: Cell::new(false),
            announced: Cell::new(false),
        }
    }

    /// When the request was taken: the same however often the transaction is tried.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The request's idempotency key.
    pub fn key(&self) -> Option<&str> {
        self.request?.key.as_deref()
    }

    /// Names the effect in the request's line of the log; the last one counts.
    pub fn effect(&self, kind: &str, id: impl Display) {
        self.effect.replace(Some((kind.to_owned(), id.to_string())));
    }

    /// What a vendor with native keys does: the same key answers the same for as long as it is remembered.
    pub fn once<T: Serialize + DeserializeOwned>(
        &self,
        retention: Duration,
        work: impl FnOnce() -> Outcome<T>,
    ) -> Outcome<T> {
        let Some((request, key)) = self
            .request
            .and_then(|r| r.key.as_ref().map(|key| (r, key)))
        else {
            return work();
        };
        let oldest = self
            .now
            .saturating_sub(retention)
            .unwrap_or(Timestamp::MIN)
            .as_millisecond();
        let kept: Option<(String, Vec<u8>, String)> = self
            .prepare_cached(
                "SELECT path, body_hash, answer FROM kept_answer WHERE key = ?1 AND at > ?2",
            )?
            .query_row(params![key, oldest], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        if let Some((path, body_hash, answer)) = kept {
            if path != request.path || body_hash != request.body_hash {
                return Err(VendorError::unprocessable(
                    "idempotency_key_reused",
                    "the key was used with another request: use a new key",
                )
                .into());
            }
            self.replayed.set(true);
            return serde_json::from_str(&answer).map_err(|error| defect(&error));
        }
        let value = work()?;
        let answer = serde_json::to_string(&value).map_err(|error| defect(&error))?;
        self.prepare_cached(
            "DELETE FROM kept_answer WHERE key IN \
             (SELECT key FROM kept_answer WHERE at <= ?1 ORDER BY at LIMIT 4)",
        )?
        .execute([oldest])?;
        self.prepare_cached(
            "INSERT OR REPLACE INTO kept_answer (key, at, path, body_hash, answer) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            key,
            self.now.as_millisecond(),
            request.path,
            request.body_hash,
            answer
        ])?;
        Ok(value)
    }

    /// Puts a webhook into the outbox; those of one object arrive in this order.
    pub fn announce(&self, object: impl Display, kind: &str, data: &impl Serialize) -> Outcome<()> {
        let object = object.to_string();
        let body = json!({"type": kind, "timestamp": self.now.to_string(), "data": data});
        let body = serde_json::to_string(&body).map_err(|error| defect(&error))?;
        let at = self.now.as_millisecond();
        let seq: i64 = self
            .prepare_cached(
                "INSERT INTO webhook_outbox (id, object, kind, body, created_at, next_at) \
                 VALUES ('', ?1, ?2, ?3, ?4, ?4) RETURNING seq",
            )?
            .query_row(params![object, kind, body, at], |row| row.get(0))?;
        // Not the number alone: a book in memory counts from 1 again, its receiver does not forget.
        let seed = format!("{seq} {at} {object} {body}");
        let hash = digest::digest(&digest::SHA256, seed.as_bytes());
        let short: String = HEXLOWER.encode(hash.as_ref()).chars().take(24).collect();
        self.prepare_cached("UPDATE webhook_outbox SET id = ?2 WHERE seq = ?1")?
            .execute(params![seq, format!("msg_{short}")])?;
        self.announced.set(true);
        Ok(())
    }

    pub(crate) fn has_announced(&self) -> bool {
        self.announced.get()
    }

    /// Writes the request's line, where a request asked for the transaction.
    pub(crate) fn log(&self, status: u16) -> rusqlite::Result<()> {
        let Some(request) = self.request else {
            return Ok(());
        };
        let effect = self.effect.borrow();
        let effect = effect.as_ref().map(|(kind, id)| (&**kind, &**id));
        request.log(
            self.conn,
            self.now,
            Some(status),
            effect,
            self.replayed.get(),
        )
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.conn
    }
}

impl fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// An answer that is no JSON: the backend's own defect.
fn defect(error: &serde_json::Error) -> JobError<VendorError> {
    let message = format!("an answer cannot be kept: {error}");
    VendorError::new(http::StatusCode::INTERNAL_SERVER_ERROR, "internal", message).into()
}
