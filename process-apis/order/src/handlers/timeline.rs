//! An order's unified timeline.

use crate::deps::Deps;
use crate::{lookup, timeline};
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Path, Problem};
use proc_order_contract::Timeline;

/// Read what happened to an order, everywhere: events, workflow steps, backend references, position.
#[utoipa::path(
    get, path = "/orders/{id}/timeline", operation_id = "order_timeline", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The timeline, oldest first", body = Timeline),
        (status = 404, description = "No such order, or not yours"),
        (status = 410, description = "What happened to it was erased with a month of the archive"),
    ),
)]
pub(crate) async fn get_timeline(
    State(deps): State<Deps>,
    context: CallContext,
    Path(id): Path<OrderId>,
) -> Result<Json<Timeline>, Problem> {
    let order = lookup::get(&deps.desk, &context.caller.tenant, id).await?;
    let timeline = timeline::of(&deps.desk, &context.caller.tenant, &order).await?;
    Ok(Json(timeline))
}
