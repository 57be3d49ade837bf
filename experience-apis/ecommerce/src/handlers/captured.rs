//! Orders that a shop platform has taken the money for already.

use crate::deps::Deps;
use crate::handlers::orders;
use crate::shopper;
use crate::view::{PaidOrder, ShopOrder};
use axum::extract::State;
use axum::response::Response;
use crossdock_outbound::CallContext;
use crossdock_policy::CallerKey;
use crossdock_problem::{Json, Problem};

/// Take in an order that was paid at the shop platform. It is a fact: it is never refused for business reasons.
#[utoipa::path(
    post, path = "/orders/captured", operation_id = "ecommerce_capture_order", tag = "orders",
    request_body = PaidOrder,
    responses(
        (status = 200, description = "The reference was taken in before", body = ShopOrder),
        (status = 201, description = "Taken in", body = ShopOrder, headers(("Location"))),
        (status = 202, description = "Received; read it at Location", body = ShopOrder, headers(("Location"))),
        (status = 409, description = "The reference is another order's"),
        (status = 422, description = "The order cannot be read"),
    ),
)]
pub(crate) async fn capture_order(
    State(deps): State<Deps>,
    key: CallerKey,
    context: CallContext,
    Json(paid): Json<PaidOrder>,
) -> Result<Response, Problem> {
    let order = paid.bought_by(shopper::customer(&context));
    Ok(orders::answer(
        deps.orders.capture(&context, &key.0, &order).await?,
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::{address, answering};
    use axum::http::StatusCode;
    use crossdock_rig::{ID, ada, order};
    use serde_json::json;

    #[tokio::test]
    async fn a_paid_order_is_taken_in_for_the_customer_of_the_token() {
        let shop = answering(&[("POST /orders/captured", 202, order(Some("cust-ada")))]);
        let usd = |amount: &str| json!({"amount": amount, "currency": "USD"});
        let paid = json!({
            "channelRef": "web-1", "currency": "USD", "shipTo": address(),
            "lines": [{"sku": "SKU-A", "quantity": 1, "unitPrice": usd("10.00"), "tax": usd("0.80")}],
            "tenders": [{"kind": "card", "reference": "pay-1", "amount": usd("10.80")}],
        });
        let answer = shop.post(ada(), "/orders/captured", &paid).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        assert_eq!(
            answer.location.as_deref(),
            Some(&*format!("/ecommerce/v1/orders/{ID}"))
        );
        let calls = shop.calls();
        assert_eq!(calls[0].body["customer"], "cust-ada");
        assert_eq!(calls[0].body["channel"], "ecommerce");
        assert_eq!(calls[0].key.as_deref(), Some("\"key-1\""));
    }
}
