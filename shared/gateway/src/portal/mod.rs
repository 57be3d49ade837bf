//! What a developer reads: the APIs, their contracts in Swagger UI from the binary, events and problems.

mod catalogue;
mod contract;
mod events;
mod home;
mod page;
mod problems;

pub(crate) use contract::{Contracts, path_of, written};

use axum::Router;
use axum::routing::get;
use crossdock_model::ApiId;
use std::sync::Arc;
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

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
        .route("/openapi/{tier}/{file}", get(contract::contract))
        .route("/.well-known/api-catalog", get(catalogue::catalogue))
        .with_state(Arc::clone(contracts));
    documents.merge(swagger)
}

/// The API that Swagger UI shows to whoever has not chosen.
const FIRST_SHOWN: &str = "ecommerce";
