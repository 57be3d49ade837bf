//! Which connector serves what.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::App;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector, RoutingKey};
use crossdock_problem::{Json, Problem, Query};
use serde::Deserialize;
use std::sync::Arc;
use sys_loyalty_contract::Routed;
use utoipa::IntoParams;

/// What a connector is wanted for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoutingQuery {
    /// The brand of the shop.
    #[serde(default)]
    #[param(max_length = 64)]
    brand: Option<String>,
    /// The part of the domain.
    #[serde(default)]
    #[param(max_length = 64)]
    capability: Option<String>,
}

/// Tell which connector serves a brand, so that an order can pin it.
#[utoipa::path(get, path = "/routing", operation_id = "loyalty_get_routing", tag = "routing",
    params(RoutingQuery),
    security(("bearer" = ["loyalty:read"])),
    responses(
        (status = 200, description = "The connector", body = Routed),
        (status = 422, description = "None is routed", body = Problem)),
    extensions(
        ("x-domain" = json!("loyalty")), ("x-pattern" = json!("sync")),
        ("x-latency-ms" = json!(20)), ("x-limit-class" = json!("reads")),
        ("x-degrade" = json!("none: it is configuration")), ("x-data-class" = json!("internal"))))]
pub(crate) async fn routing(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(query): Query<RoutingQuery>,
) -> Result<Json<Routed>, Problem> {
    let key = RoutingKey {
        brand: query.brand,
        capability: query.capability,
    };
    let tenant = &context.caller.tenant;
    let (name, _backend) = app.connectors.pick(connector.0.as_ref(), tenant, &key)?;
    Ok(Json(Routed {
        connector: name.clone(),
    }))
}
