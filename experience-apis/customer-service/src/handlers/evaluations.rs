//! What a return would bring, said on the telephone.

use crate::agent::AgentCall;
use crate::deps::Deps;
use crate::view::ReturnRequest;
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_problem::{Json, Path, Problem};
use proc_return_contract::{EvaluateReturn, Evaluation};

/// See what returning goods would bring: money, points, until when. Nothing is changed.
#[utoipa::path(
    post, path = "/orders/{id}/returns/evaluations", operation_id = "customer_service_evaluate_return", tag = "returns",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = ReturnRequest,
    responses(
        (status = 200, description = "What the return would bring", body = Evaluation),
        (status = 403, description = "The token names no agent"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Returned before, more than was sold, or the window has closed"),
    ),
)]
pub(crate) async fn evaluate_return(
    State(deps): State<Deps>,
    agent: AgentCall,
    Path(id): Path<OrderId>,
    Json(body): Json<ReturnRequest>,
) -> Result<Json<Evaluation>, Problem> {
    let request = EvaluateReturn {
        order_id: id,
        lines: body.lines,
        customer: None,
    };
    Ok(Json(deps.returns.evaluate(&agent, &request).await?))
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use crossdock_rig::{ID, agent, evaluation};
    use serde_json::json;

    #[tokio::test]
    async fn the_order_of_the_path_is_evaluated() {
        let desk = answering(&[("POST /returns/evaluations", 200, evaluation())]);
        let body = json!({"lines": [{"lineId": "1", "quantity": 1}]});
        let answer = desk
            .post(agent(), &format!("/orders/{ID}/returns/evaluations"), &body)
            .await;
        assert_eq!(answer.body["refund"]["amount"], "48.24");
        assert_eq!(desk.calls()[0].body["orderId"], ID);
    }
}
