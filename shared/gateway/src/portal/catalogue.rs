//! The list of APIs for programs: RFC 9727's API catalog, a link set.

use crate::portal::contract::{Contracts, path_of};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use crossdock_model::Tier;
use http::header;
use serde_json::{Value, json};

/// `GET /.well-known/api-catalog`: what is public, with its contract and its documents.
pub(crate) async fn catalogue(State(contracts): State<Contracts>) -> Response {
    let public = contracts
        .iter()
        .filter(|(id, _)| id.tier == Tier::Experience);
    let links: Vec<Value> = public
        .map(|(id, _)| {
            json!({
                "anchor": id.base(),
                "service-desc": [{ "href": path_of(*id), "type": "application/json" }],
                "service-doc": [{ "href": "/docs/", "type": "text/html" }],
            })
        })
        .collect();
    let kind = "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";
    (
        [(header::CONTENT_TYPE, kind)],
        json!({ "linkset": links }).to_string(),
    )
        .into_response()
}
