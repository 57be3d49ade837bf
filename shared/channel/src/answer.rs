//! What a channel answers to a request with an effect: that it is done, with its place, or that it goes on.

use axum::response::{IntoResponse, Response};
use crossdock_model::OrderId;
use crossdock_problem::Json;
use http::{StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// 201: it is there, at that path.
pub fn created(location: String, body: impl Serialize) -> Response {
    let headers = [(header::LOCATION, location)];
    (StatusCode::CREATED, headers, Json(body)).into_response()
}

/// 202: it is received, and asking again a second later may tell more.
pub fn pending(body: impl Serialize) -> Response {
    let headers = [(header::RETRY_AFTER, "1")];
    (StatusCode::ACCEPTED, headers, Json(body)).into_response()
}

/// A return that is received and not yet decided.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReturnPending {
    /// The order that the goods were sold with.
    order_id: OrderId,
    /// What the caller does to learn the outcome.
    detail: String,
}

impl ReturnPending {
    /// A return of that order.
    pub fn of(order_id: OrderId) -> Self {
        let detail = "the return is being decided: ask again with the same Idempotency-Key".into();
        Self { order_id, detail }
    }
}
