//! What a backend has told its receiver, for one that asks what it missed: `GET /events`.

use crate::book::Book;
use crate::error::{Json, VendorError};
use crate::outbox::{self, Told};
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::Deserialize;

/// The most of one page.
const PAGE: u32 = 500;

pub(crate) fn routes(book: &Book) -> Router {
    Router::new()
        .route("/events", get(list))
        .with_state(book.clone())
}

/// What is asked for: what was told after that number, and of it perhaps only what was never taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
    #[serde(default)]
    undelivered: bool,
}

async fn list(
    State(book): State<Book>,
    Query(asked): Query<Asked>,
) -> Result<Json<Told>, VendorError> {
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let told = book.read(|conn| outbox::told(conn, asked.after, asked.undelivered, limit));
    Ok(Json(told.await?))
}
