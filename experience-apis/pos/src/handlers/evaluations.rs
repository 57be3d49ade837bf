//! What a return would bring, before the customer agrees.

use crate::clerk::ClerkCall;
use crate::deps::Deps;
use crate::view::CounterReturn;
use axum::extract::State;
use crossdock_problem::{Json, Problem};
use proc_return_contract::{EvaluateReturn, Evaluation};

/// See what a return would bring: money, points, where the goods go. Nothing is changed.
#[utoipa::path(
    post, path = "/returns/evaluate", operation_id = "pos_evaluate_return", tag = "returns",
    request_body = CounterReturn,
    responses(
        (status = 200, description = "What the return would bring", body = Evaluation),
        (status = 403, description = "The token names no clerk"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Returned before, more than was sold, or the window has closed"),
    ),
)]
pub(crate) async fn evaluate_return(
    State(deps): State<Deps>,
    call: ClerkCall,
    Json(goods): Json<CounterReturn>,
) -> Result<Json<Evaluation>, Problem> {
    evaluated(&deps, &call, goods).await
}

/// The same dry run under the name that other channels use.
#[utoipa::path(
    post, path = "/returns/evaluations", operation_id = "pos_create_evaluation", tag = "returns",
    request_body = CounterReturn,
    responses(
        (status = 200, description = "What the return would bring", body = Evaluation),
        (status = 403, description = "The token names no clerk"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Returned before, more than was sold, or the window has closed"),
    ),
)]
pub(crate) async fn create_evaluation(
    State(deps): State<Deps>,
    call: ClerkCall,
    Json(goods): Json<CounterReturn>,
) -> Result<Json<Evaluation>, Problem> {
    evaluated(&deps, &call, goods).await
}

async fn evaluated(
    deps: &Deps,
    call: &ClerkCall,
    goods: CounterReturn,
) -> Result<Json<Evaluation>, Problem> {
    let CounterReturn { order_id, lines } = goods;
    let request = EvaluateReturn {
        order_id,
        lines,
        customer: None,
    };
    Ok(Json(deps.returns.evaluate(&call.context, &request).await?))
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use axum::http::StatusCode;
    use crossdock_rig::{ID, application, clerk, evaluation};
    use serde_json::json;

    #[tokio::test]
    async fn both_names_of_the_dry_run_ask_the_same() {
        let goods = json!({"orderId": ID, "lines": [{"lineId": "1", "quantity": 1}]});
        for path in ["/returns/evaluate", "/returns/evaluations"] {
            let till = answering(&[("POST /returns/evaluations", 200, evaluation())]);
            let answer = till.post(clerk(), path, &goods).await;
            assert_eq!(
                (answer.status, &answer.body["pointsRestored"]),
                (StatusCode::OK, &json!(500))
            );
            assert_eq!(till.calls()[0].body["orderId"], ID);
            assert_eq!(
                till.post(application(), path, &goods).await.status,
                StatusCode::FORBIDDEN
            );
        }
    }
}
