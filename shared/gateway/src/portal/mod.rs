//! What a developer reads: the APIs, their contracts in Swagger UI from the binary, events and problems.

mod catalogue;
mod events;
mod home;
mod page;
mod problems;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use crossdock_model::ApiId;
use crossdock_problem::{Code, Problem};
use http::header;
use serde_json::Value;
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

/// The contracts that are served here.
pub(crate) type Contracts = Arc<Vec<(ApiId, OpenApi)>>;

/// Every route of the portal, absolute.
pub(crate) fn router(contracts: &Contracts) -> Router {
    // Channels first: they are what a developer comes for, and the first is shown to who has not chosen.
    let mut listed: Vec<ApiId> = contracts.iter().map(|(id, _)| *id).collect();
    listed.sort_by_key(|id| (std::cmp::Reverse(id.tier), id.name != FIRST_SHOWN, id.name));
    let urls = listed.iter().map(|id| Url::from(path_of(*id)));
    // The layout with a list of APIs on top: the other one cannot show more than one contract.
    let config = Config::new(urls).display_operation_id(true);
    let swagger: Router = SwaggerUi::new("/docs/api").config(config).into();
    let documents = Router::new()
        .route("/docs", get(home::home))
        .route("/docs/", get(home::home))
        .route("/docs/events", get(events::events))
        .route("/docs/problems", get(problems::problems))
        .route("/openapi/{tier}/{file}", get(contract))
        .route("/.well-known/api-catalog", get(catalogue::catalogue))
        .with_state(Arc::clone(contracts));
    documents.merge(swagger)
}

/// The API that Swagger UI shows to whoever has not chosen.
const FIRST_SHOWN: &str = "ecommerce";

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

async fn contract(
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
