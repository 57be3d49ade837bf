//! Cancelling before shipment.

use crate::deps::Deps;
use crate::shopper;
use crate::view::Cancellation;
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_outbound::CallContext;
use crossdock_policy::CallerKey;
use crossdock_problem::{Json, Path, Problem};
use http::StatusCode;
use proc_order_contract::{CancelOrder, Cancelled};

/// Cancel an own order, or units of it that are not packed: money and points go back.
#[utoipa::path(
    post, path = "/orders/{id}/cancellations", operation_id = "ecommerce_cancel_order", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = Cancellation,
    responses(
        (status = 201, description = "Cancelled; money and points go back", body = Cancelled),
        (status = 404, description = "No such order or line, or not yours"),
        (status = 409, description = "Too late: return it instead"),
    ),
)]
pub(crate) async fn cancel_order(
    State(deps): State<Deps>,
    key: CallerKey,
    context: CallContext,
    Path(id): Path<OrderId>,
    Json(body): Json<Cancellation>,
) -> Result<(StatusCode, Json<Cancelled>), Problem> {
    shopper::own_order(&deps, &context, id).await?;
    let request = CancelOrder {
        reason: body.reason,
        customer: shopper::customer(&context),
        lines: body.lines,
    };
    let cancelled = deps.orders.cancel(&context, &key.0, id, &request).await?;
    Ok((StatusCode::CREATED, Json(cancelled)))
}

#[cfg(test)]
mod tests {
    use crate::testing::{answering, guest};
    use axum::http::StatusCode;
    use crossdock_rig::{ID, ada, order};
    use serde_json::json;

    #[tokio::test]
    async fn the_customer_and_the_key_travel_with_a_cancellation() {
        let cancelled = json!({"id": ID, "orderId": ID, "units": ["B#1"],
            "released": {"amount": "21.78", "currency": "USD"}, "owed": {"amount": "0.00", "currency": "USD"},
            "pointsRestored": 238, "pointsCancelled": 20, "at": "2026-01-02T03:04:05Z"});
        let shop = answering(&[
            (&format!("GET /orders/{ID}"), 200, order(Some("cust-ada"))),
            (&format!("POST /orders/{ID}/cancellations"), 201, cancelled),
        ]);
        let path = format!("/orders/{ID}/cancellations");
        let answer = shop
            .post(
                ada(),
                &path,
                &json!({"reason": "changed my mind", "lines": [{"lineId": "B", "quantity": 1}]}),
            )
            .await;
        assert_eq!(answer.status, StatusCode::CREATED);
        let calls = shop.calls();
        assert_eq!(
            calls[1].body,
            json!({"reason": "changed my mind", "customer": "cust-ada",
                "lines": [{"lineId": "B", "quantity": 1}]})
        );
        assert_eq!(calls[1].key.as_deref(), Some("\"key-1\""));
    }

    #[tokio::test]
    async fn an_application_cannot_cancel_a_customers_order() {
        let shop = answering(&[(&format!("GET /orders/{ID}"), 200, order(Some("cust-ada")))]);
        let path = format!("/orders/{ID}/cancellations");
        let answer = shop.post(guest(), &path, &json!({"reason": "prank"})).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(shop.calls().len(), 1);
    }
}
