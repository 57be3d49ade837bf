//! Quotes: what the basket would cost this customer.

use crate::deps::Deps;
use crate::shopper;
use crate::view::Basket;
use axum::extract::State;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Problem};
use proc_order_contract::Quote;

/// Price a basket for the signed-in customer, or for a guest.
#[utoipa::path(
    post, path = "/quotes", operation_id = "ecommerce_create_quote", tag = "quotes",
    request_body = Basket,
    responses(
        (status = 200, description = "What the order would cost, held until `validUntil`", body = Quote),
        (status = 409, description = "Points cannot be burnt, or codes cannot be applied"),
        (status = 422, description = "Unknown SKU, shipping option or currency mix"),
    ),
)]
pub(crate) async fn create_quote(
    State(deps): State<Deps>,
    context: CallContext,
    Json(basket): Json<Basket>,
) -> Result<Json<Quote>, Problem> {
    let request = basket.asked_by(shopper::customer(&context));
    Ok(Json(deps.orders.quote(&context, &request).await?))
}

#[cfg(test)]
mod tests {
    use crate::testing::{address, answering};
    use axum::http::StatusCode;
    use crossdock_rig::ada;
    use serde_json::json;

    #[tokio::test]
    async fn the_customer_and_the_channel_of_a_quote_are_not_the_callers_to_choose() {
        let shop = answering(&[("POST /quotes", 503, json!({}))]);
        let basket = json!({"lines": [{"sku": "SKU-A", "quantity": 2}], "shipTo": address()});
        shop.post(ada(), "/quotes", &basket).await;
        let calls = shop.calls();
        assert_eq!(calls[0].body["customer"], "cust-ada");
        assert_eq!(calls[0].body["channel"], "ecommerce");

        let mut forged = basket.clone();
        forged["customer"] = json!("cust-eve");
        assert_eq!(
            shop.post(ada(), "/quotes", &forged).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
        assert_eq!(shop.calls().len(), 1);
    }
}
