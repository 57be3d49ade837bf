//! Finding an order by what the customer has at hand.

use crate::clerk::ClerkCall;
use crate::deps::Deps;
use crate::view::{OrderSearch, TillOrder};
use axum::extract::State;
use crossdock_model::Page;
use crossdock_problem::{Json, Problem};

/// Find orders of any channel and age by what the customer has at hand; a POST, so that nothing personal is in a URL.
#[utoipa::path(
    post, path = "/orders/lookups", operation_id = "pos_look_up_orders", tag = "orders",
    request_body = OrderSearch,
    responses(
        (status = 200, description = "A page of the orders that match, newest first; `next` is there while more follow", body = Page<TillOrder>),
        (status = 403, description = "The token names no clerk"),
        (status = 409, description = "More than one customer has that phone number, e-mail or card: ask by another"),
        (status = 422, description = "Nothing to look for, several things at once, or a cursor of another search"),
    ),
)]
pub(crate) async fn look_up_orders(
    State(deps): State<Deps>,
    call: ClerkCall,
    Json(search): Json<OrderSearch>,
) -> Result<Json<Page<TillOrder>>, Problem> {
    let page = deps.orders.look_up(&call.context, &search.into()).await?;
    Ok(Json(page.map(|order| TillOrder::from(&order))))
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use axum::http::StatusCode;
    use crossdock_rig::{ID, ada, clerk, order};
    use serde_json::json;

    #[tokio::test]
    async fn a_till_finds_any_order_of_its_tenant_by_barcode() {
        let found = json!({"items": [order(Some("cust-ada"))]});
        let till = answering(&[("POST /orders/lookups", 200, found)]);
        let answer = till
            .post(clerk(), "/orders/lookups", &json!({"barcode": ID}))
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.body["items"][0]["reference"], "web-1");
        assert_eq!(till.calls()[0].body, json!({"orderId": ID}));
    }

    #[tokio::test]
    async fn a_page_of_a_search_is_asked_for_as_the_till_asks_and_its_next_given_back() {
        let found = json!({"items": [order(Some("cust-ada"))], "next": "c2.00"});
        let till = answering(&[("POST /orders/lookups", 200, found)]);
        let item = json!({"sku": "A-1", "location": "store-7", "day": "2026-03-02"});
        let search = json!({"item": item, "cursor": "c1.00", "limit": 1});
        let answer = till.post(clerk(), "/orders/lookups", &search).await;
        assert_eq!(answer.body["next"], "c2.00");
        assert_eq!(till.calls()[0].body, search);
    }

    #[tokio::test]
    async fn a_customers_token_finds_nothing_at_a_till() {
        let till = answering(&[]);
        let answer = till
            .post(ada(), "/orders/lookups", &json!({"barcode": ID}))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(till.calls().is_empty());
    }
}
