//! Which connector serves whom, and what it can do.
#![expect(
    unused_qualifications,
    reason = "utoipa names the query's type with its whole path"
)]

use crate::Oms;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector, RoutingKey};
use crossdock_problem::{Json, Problem, Query};
use serde::Deserialize;
use std::sync::Arc;
use sys_oms_contract::{OmsAbilities, Routed};
use utoipa::IntoParams;

/// What a connector is wanted for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The brand of the shop.
    #[serde(default)]
    #[param(max_length = 64)]
    brand: Option<String>,
    /// The part of the domain.
    #[serde(default)]
    #[param(max_length = 64)]
    capability: Option<String>,
}

/// Which OMS serves a brand.
///
/// An order asks once and pins the answer, so that it settles where it began.
#[utoipa::path(get, path = "/routing", operation_id = "oms_get_routing", tag = "routing",
    params(Wanted),
    security(("bearer" = ["oms:read"])),
    responses(
        (status = 200, description = "The connector that the routing table names", body = Routed),
        (status = 422, description = "No connector is routed for it", body = Problem),
        (status = 502, description = "The OMS gave no definite answer", body = Problem),
        (status = 503, description = "The OMS cannot answer now", body = Problem)),
    extensions(
        ("x-domain" = json!("supply chain")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(20)),
        ("x-limit-class" = json!("read")), ("x-degrade" = json!("answered from configuration")),
        ("x-data-class" = json!("internal"))))]
pub(crate) async fn get_routing(
    State(oms): State<Arc<Oms>>,
    context: InContext,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Routed>, Problem> {
    let key = RoutingKey {
        brand: wanted.brand,
        capability: wanted.capability,
    };
    let (connector, _) = oms.connectors.pick(None, &context.caller.tenant, &key)?;
    Ok(Json(Routed {
        connector: connector.clone(),
    }))
}

/// What the connected OMS can do.
///
/// Its ship gate decides whether a capture comes before the shipment or with the news of it.
#[utoipa::path(get, path = "/abilities", operation_id = "oms_get_abilities", tag = "routing",
    security(("bearer" = ["oms:read"])),
    responses(
        (status = 200, description = "The declared abilities", body = OmsAbilities),
        (status = 422, description = "No such connector", body = Problem),
        (status = 502, description = "The OMS gave no definite answer", body = Problem),
        (status = 503, description = "The OMS cannot answer now", body = Problem)),
    extensions(
        ("x-domain" = json!("supply chain")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(20)),
        ("x-limit-class" = json!("read")), ("x-degrade" = json!("answered from configuration")),
        ("x-data-class" = json!("internal"))))]
pub(crate) async fn get_abilities(
    State(oms): State<Arc<Oms>>,
    context: InContext,
    on: OnConnector,
) -> Result<Json<OmsAbilities>, Problem> {
    let key = RoutingKey::default();
    let tenant = &context.caller.tenant;
    let (connector, backend) = oms.connectors.pick(on.0.as_ref(), tenant, &key)?;
    let declared = backend.abilities();
    Ok(Json(OmsAbilities {
        connector: connector.clone(),
        ship_gate: declared.ship_gate,
        tombstones: declared.tombstones,
        reservation_seconds: declared.reservation_seconds,
    }))
}
