//! What was done for a cause of an order: once each, kept with its answer.

use crate::engine::{Engine, KEY_RETENTION, reference_taken};
use crate::wire::{ByCause, CausedRuns};
use crossdock_books::{Entry, Json, Outcome, Tx, VendorError};
use rusqlite::OptionalExtension as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The natural key of a maturity, reversal or refund of points.
pub(crate) struct Cause<'a> {
    pub(crate) kind: &'static str,
    pub(crate) merchant: &'a str,
    pub(crate) order: &'a str,
    /// The capture, return or cancellation.
    pub(crate) by: &'a str,
}

/// Does for a cause what is asked, once for its idempotency key and once for the cause itself.
///
/// `work` gets the number under which the document is kept.
pub(crate) async fn post<R, T>(
    entry: Entry,
    kind: &'static str,
    merchant: String,
    ask: CausedRuns<R>,
    work: impl Fn(&Tx<'_>, &Cause<'_>, &[R], i64) -> Outcome<T> + Send + 'static,
) -> Result<Json<T>, VendorError>
where
    R: Serialize + Send + 'static,
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let answer = entry.write(move |tx| {
        let cause = Cause {
            kind,
            merchant: &merchant,
            order: &ask.order,
            by: &ask.cause,
        };
        tx.once(KEY_RETENTION, || {
            once(tx, &cause, &ask, |number| {
                work(tx, &cause, &ask.runs, number)
            })
        })
    });
    answer.await.map(Json)
}

/// What was done for a cause, as it was answered; 404 where nothing was.
pub(crate) async fn find<T: DeserializeOwned>(
    engine: &Engine,
    kind: &'static str,
    merchant: &str,
    which: &ByCause,
) -> Result<Json<T>, VendorError> {
    let answer: Option<String> = engine.book.read(|conn| {
        conn.prepare_cached(
            "SELECT answer FROM document WHERE kind = ?1 AND merchant = ?2 AND reference = ?3 AND cause = ?4",
        )?
        .query_row((kind, merchant, &which.order, &which.cause), |row| row.get(0))
        .optional()
    }).await?;
    let answer = answer.ok_or_else(|| VendorError::not_found(kind))?;
    let document = serde_json::from_str(&answer).map_err(|error| unreadable(&error))?;
    Ok(Json(document))
}

/// The first answer where the same was asked before; 409 where something else was; else the work, with its number.
fn once<Q: Serialize, T: Serialize + DeserializeOwned>(
    tx: &Tx<'_>,
    key: &Cause<'_>,
    request: &Q,
    work: impl FnOnce(i64) -> Outcome<T>,
) -> Outcome<T> {
    let request = serde_json::to_string(request).map_err(|error| unreadable(&error))?;
    let known: Option<(String, String)> = tx
        .prepare_cached(
            "SELECT request, answer FROM document \
             WHERE kind = ?1 AND merchant = ?2 AND reference = ?3 AND cause = ?4",
        )?
        .query_row((key.kind, key.merchant, key.order, key.by), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    if let Some((asked, answer)) = known {
        if asked != request {
            return Err(reference_taken(&format!("{} for {}", key.order, key.by)).into());
        }
        return Ok(serde_json::from_str(&answer).map_err(|error| unreadable(&error))?);
    }
    let number: i64 = tx
        .prepare_cached("SELECT COALESCE(MAX(id), 0) + 1 FROM document")?
        .query_row([], |row| row.get(0))?;
    let done = work(number)?;
    let answer = serde_json::to_string(&done).map_err(|error| unreadable(&error))?;
    tx.prepare_cached(
        "INSERT INTO document (id, kind, merchant, reference, cause, request, answer, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        number,
        key.kind,
        key.merchant,
        key.order,
        key.by,
        request,
        answer,
        tx.now().as_millisecond(),
    ))?;
    Ok(done)
}

fn unreadable(error: &serde_json::Error) -> VendorError {
    let message = format!("a kept document cannot be read: {error}");
    VendorError::new(http::StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
}
