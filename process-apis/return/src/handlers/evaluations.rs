//! What a return would bring, without changing anything.

use super::order_of;
use crate::deps::Deps;
use crate::evaluate;
use axum::extract::State;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Problem};
use proc_return_contract::{EvaluateReturn, Evaluation};

/// Evaluate a return as a dry run: money, points and where each unit goes.
#[utoipa::path(
    post, path = "/returns/evaluations", operation_id = "return_evaluate", tag = "returns",
    request_body = EvaluateReturn,
    responses(
        (status = 200, description = "What it would bring", body = Evaluation),
        (status = 404, description = "No such order, or not yours"),
        (status = 409, description = "Not returnable: returned before, too many, too late"),
    ),
)]
pub(crate) async fn evaluate_return(
    State(deps): State<Deps>,
    context: CallContext,
    Json(request): Json<EvaluateReturn>,
) -> Result<Json<Evaluation>, Problem> {
    let tenant = &context.caller.tenant;
    let order = order_of(&deps, tenant, request.order_id, request.customer.as_ref()).await?;
    let window = deps.settings.window.get();
    let evaluated = evaluate::evaluate(&order, &request.lines, window, deps.desk.clock.now())?;
    Ok(Json(evaluate::evaluation(&order, &evaluated)))
}
