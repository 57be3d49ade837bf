//! Which ERP serves whom.

use crate::Erp;
use axum::extract::State;
use crossdock_outbound::{InContext, RoutingKey};
use crossdock_problem::{Json, Problem, Query};
use std::sync::Arc;
use sys_erp_contract::Routed;

/// Name the connector for a brand and a part of the domain, so that an order can pin it.
#[utoipa::path(
    get, path = "/routing", operation_id = "erp_get_routing", tag = "routing",
    security(("bearer" = ["erp:read"])),
    params(
        ("brand" = Option<String>, Query, description = "The brand of the shop", max_length = 64),
        ("capability" = Option<String>, Query, description = "`finance` or `stock`", max_length = 64),
    ),
    responses(
        (status = 200, description = "The connector", body = Routed),
        (status = 422, description = "The request breaks its schema, or no connector serves it", body = Problem),
        (status = 503, description = "The ERP cannot answer now", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("finance")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(100)),
        ("x-limit-class" = json!("read")), ("x-degrade" = json!("503 when the ERP is down")),
        ("x-data-class" = json!("internal")),
    ),
)]
pub(crate) async fn get_routing(
    State(erp): State<Arc<Erp>>,
    context: InContext,
    Query(key): Query<RoutingKey>,
) -> Result<Json<Routed>, Problem> {
    let (name, _backend) = erp.connectors.pick(None, &context.caller.tenant, &key)?;
    Ok(Json(Routed {
        connector: name.clone(),
    }))
}
