//! Cancelling for a customer who calls.

use crate::agent::AgentCall;
use crate::deps::Deps;
use crate::view::Cancellation;
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_policy::CallerKey;
use crossdock_problem::{Json, Path, Problem};
use http::StatusCode;
use proc_order_contract::{CancelOrder, Cancelled};

/// Cancel an order, or units of it that are not packed: money and points go back.
#[utoipa::path(
    post, path = "/orders/{id}/cancellations", operation_id = "customer_service_cancel_order", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = Cancellation,
    responses(
        (status = 201, description = "Cancelled; money and points go back", body = Cancelled),
        (status = 403, description = "The token names no agent"),
        (status = 404, description = "No such order or line"),
        (status = 409, description = "Too late: return it instead"),
    ),
)]
pub(crate) async fn cancel_order(
    State(deps): State<Deps>,
    key: CallerKey,
    agent: AgentCall,
    Path(id): Path<OrderId>,
    Json(body): Json<Cancellation>,
) -> Result<(StatusCode, Json<Cancelled>), Problem> {
    let request = CancelOrder {
        reason: body.reason,
        customer: None,
        lines: body.lines,
    };
    let cancelled = deps.orders.cancel(&agent, &key.0, id, &request).await?;
    Ok((StatusCode::CREATED, Json(cancelled)))
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use axum::http::StatusCode;
    use crossdock_rig::{ID, agent, application};
    use serde_json::json;

    #[tokio::test]
    async fn an_agent_cancels_under_the_desks_key() {
        let path = format!("/orders/{ID}/cancellations");
        let cancelled = json!({"id": ID, "orderId": ID, "units": ["A#1..A#2", "B#1"],
            "released": {"amount": "96.47", "currency": "USD"}, "owed": {"amount": "0.00", "currency": "USD"},
            "pointsRestored": 1000, "pointsCancelled": 84, "at": "2026-01-02T03:04:05Z"});
        let desk = answering(&[(&format!("POST {path}"), 201, cancelled)]);
        let body = json!({"reason": "called: ordered twice"});
        assert_eq!(
            desk.post(application(), &path, &body).await.status,
            StatusCode::FORBIDDEN
        );
        assert!(desk.calls().is_empty());
        assert_eq!(
            desk.post(agent(), &path, &body).await.status,
            StatusCode::CREATED
        );
        let calls = desk.calls();
        assert_eq!(
            (&calls[0].body, calls[0].key.as_deref()),
            (&body, Some("\"key-1\""))
        );
    }
}
