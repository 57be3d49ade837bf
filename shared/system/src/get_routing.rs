//! The operation that every system API has: which of its connectors serves whom.

use crate::ConnectedBackends;
use crate::routing::RoutingTable;
use axum::extract::State;
use crossdock_outbound::{CallContext, PinnedConnector, Routed, RoutingKey};
use crossdock_problem::{Json, Problem, Query};
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::sync::Arc;
use std::time::Duration;

impl<B: ?Sized> ConnectedBackends<B> {
    /// `GET /routing` of this API: whose it is, and the scope of its reads.
    pub fn routing(&self, owner: Domain, scopes: &'static [&'static str]) -> Routes {
        let declaration = Declaration {
            security: Security::Scopes(scopes),
            owner,
            pattern: Pattern::Sync,
            latency: Duration::from_millis(20),
            limit: LimitClass::Read,
            data: DataClass::Internal,
            idempotency: Idempotency::Safe,
            degrade: "none: it is configuration",
        };
        let operation_id = format!("{}_get_routing", self.api.name);
        Routes::new()
            .route_as(&operation_id, routes!(get_routing), declaration)
            .with_state(Arc::clone(&self.routing))
    }
}

/// Tell which connector serves a brand, so that an order can pin it.
#[utoipa::path(get, path = "/routing", operation_id = "get_routing", tag = "routing",
    params(RoutingKey),
    responses((status = 200, description = "The connector", body = Routed)))]
async fn get_routing(
    State(routing): State<Arc<RoutingTable>>,
    context: CallContext,
    pinned: PinnedConnector,
    Query(key): Query<RoutingKey>,
) -> Result<Json<Routed>, Problem> {
    let tenant = &context.caller.tenant;
    let name = routing.select(pinned.0.as_ref(), tenant, &key)?;
    Ok(Json(Routed {
        connector: name.clone(),
    }))
}
