//! The contracts as the portal serves them: where each is, and its text.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use crossdock_model::ApiId;
use crossdock_problem::{Code, Problem};
use http::header;
use serde_json::Value;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

/// The contracts of the APIs that this process serves.
pub(crate) type Contracts = Arc<Vec<(ApiId, OpenApi)>>;

/// Where a contract is served.
pub(crate) fn path_of(api: ApiId) -> String {
    format!("/openapi/{}/{}.json", api.tier.as_str(), api.name)
}

/// A contract as it is kept in the repository: the same text for the same contract.
pub(crate) fn written(contract: &OpenApi) -> serde_json::Result<String> {
    let mut contract = serde_json::to_value(contract)?;
    in_order(&mut contract);
    serde_json::to_string_pretty(&contract).map(|text| text + "\n")
}

/// Puts the `x-` members of every object last, by name: they come from a map without an order.
fn in_order(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(in_order);
            let (mut extensions, own): (Vec<_>, Vec<_>) = std::mem::take(members)
                .into_iter()
                .partition(|(name, _)| name.starts_with("x-"));
            extensions.sort_by(|(one, _), (other, _)| one.cmp(other));
            members.extend(own.into_iter().chain(extensions));
        }
        Value::Array(items) => items.iter_mut().for_each(in_order),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// `GET /openapi/{tier}/{file}`: one contract as it is kept in the repository.
pub(crate) async fn contract(
    State(contracts): State<Contracts>,
    Path((tier, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let wanted = format!("/openapi/{tier}/{file}");
    let found = contracts.iter().find(|(id, _)| path_of(*id) == wanted);
    let (_, contract) = found.ok_or_else(|| {
        Problem::new(
            Code::NotFound,
            "no such contract: see /.well-known/api-catalog",
        )
    })?;
    let text =
        written(contract).map_err(|error| Problem::new(Code::Internal, error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
