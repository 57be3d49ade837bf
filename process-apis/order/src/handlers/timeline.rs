//! An order's unified timeline.

use crate::deps::Deps;
use crate::{lookup, timeline};
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_outbound::InContext;
use crossdock_problem::{Json, Path, Problem};
use proc_order_contract::Timeline;

/// Read what happened to an order, everywhere: events, workflow steps, backend references, position.
#[utoipa::path(
    get, path = "/orders/{id}/timeline", operation_id = "order_timeline", tag = "orders",
    security(("bearer" = ["orders:read"])),
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The timeline, oldest first", body = Timeline),
        (status = 404, description = "No such order, or not yours", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("customer")), ("x-pattern" = json!("sync")), ("x-latency-ms" = json!(200)),
        ("x-limit-class" = json!("read")), ("x-degrade" = json!("what is known here")),
        ("x-data-class" = json!("pseudonymous")),
    ),
)]
pub(crate) async fn get_timeline(
    State(deps): State<Deps>,
    context: InContext,
    Path(id): Path<OrderId>,
) -> Result<Json<Timeline>, Problem> {
    let order = lookup::get(&deps.desk, &context.caller.tenant, id)?;
    timeline::of(&deps.desk, &context.caller.tenant, &order).map(Json)
}
