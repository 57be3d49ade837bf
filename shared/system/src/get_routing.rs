//! The operation that every system API has: which of its connectors serves whom.

use crate::ConnectedBackends;
use crate::routing::RoutingTable;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector, Routed, RoutingKey};
use crossdock_problem::{Json, Problem, Query};
use std::sync::Arc;
use utoipa::openapi::security::SecurityRequirement;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

impl<B: ?Sized> ConnectedBackends<B> {
    /// `GET /routing`, declared for this API in a domain of governance (`x-domain`).
    pub fn routing(&self, domain: &str) -> OpenApiRouter {
        let mut routes = OpenApiRouter::new().routes(routes!(get_routing));
        // One handler serves every API; only its name, scope and domain in the contract differ.
        if let Some(path) = routes.get_openapi_mut().paths.paths.get_mut("/routing")
            && let Some(operation) = path.get.as_mut()
        {
            let (api, scope) = (self.api.name, format!("{}:read", self.api.name));
            operation.operation_id = Some(format!("{api}_get_routing"));
            operation.security = Some(vec![SecurityRequirement::new("bearer", [scope])]);
            let declared = operation.extensions.get_or_insert_default();
            declared.insert("x-domain".into(), domain.into());
        }
        routes.with_state(Arc::clone(&self.routing))
    }
}

/// Tell which connector serves a brand, so that an order can pin it.
#[utoipa::path(get, path = "/routing", operation_id = "get_routing", tag = "routing",
    params(RoutingKey),
    responses(
        (status = 200, description = "The connector", body = Routed),
        (status = 422, description = "None is routed", body = Problem)),
    extensions(
        ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(20)), ("x-limit-class" = json!("read")),
        ("x-degrade" = json!("none: it is configuration")), ("x-data-class" = json!("internal"))))]
async fn get_routing(
    State(routing): State<Arc<RoutingTable>>,
    context: InContext,
    pinned: OnConnector,
    Query(key): Query<RoutingKey>,
) -> Result<Json<Routed>, Problem> {
    let tenant = &context.caller.tenant;
    let name = routing.select(pinned.0.as_ref(), tenant, &key)?;
    Ok(Json(Routed {
        connector: name.clone(),
    }))
}
