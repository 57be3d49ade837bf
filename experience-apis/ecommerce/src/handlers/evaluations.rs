//! What a return would bring, before anything is sent back.

use crate::deps::Deps;
use crate::shopper;
use crate::view::ReturnRequest;
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Path, Problem};
use proc_return_contract::{EvaluateReturn, Evaluation};

/// See what returning goods of an own order would bring: money, points, until when. Nothing is changed.
#[utoipa::path(
    post, path = "/orders/{id}/returns/evaluations", operation_id = "ecommerce_evaluate_return", tag = "returns",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = ReturnRequest,
    responses(
        (status = 200, description = "What the return would bring", body = Evaluation),
        (status = 404, description = "No such order, or not yours"),
        (status = 409, description = "Returned before, more than was sold, or the window has closed"),
    ),
)]
pub(crate) async fn evaluate_return(
    State(deps): State<Deps>,
    context: CallContext,
    Path(id): Path<OrderId>,
    Json(body): Json<ReturnRequest>,
) -> Result<Json<Evaluation>, Problem> {
    shopper::own_order(&deps, &context, id).await?;
    let customer = shopper::customer(&context);
    let request = EvaluateReturn {
        order_id: id,
        lines: body.lines,
        customer,
    };
    Ok(Json(deps.returns.evaluate(&context, &request).await?))
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use axum::http::StatusCode;
    use crossdock_rig::{ID, ada, order};
    use serde_json::json;

    #[tokio::test]
    async fn nobody_evaluates_returns_of_another_customers_order() {
        let shop = answering(&[(&format!("GET /orders/{ID}"), 200, order(Some("cust-eve")))]);
        let body = json!({"lines": [{"lineId": "1", "quantity": 1}]});
        let path = format!("/orders/{ID}/returns/evaluations");
        assert_eq!(
            shop.post(ada(), &path, &body).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(shop.calls().len(), 1);
    }
}
