//! The one search box.

use crate::agent::AgentCall;
use crate::deps::Deps;
use crate::view::FoundOrder;
use axum::extract::State;
use crossdock_model::Page;
use crossdock_problem::{Json, Problem};
use proc_order_contract::OrderLookup;

/// Find orders of any age by what the customer can name; a POST, so that nothing personal is in a URL.
#[utoipa::path(
    post, path = "/search", operation_id = "customer_service_search_orders", tag = "orders",
    request_body = OrderLookup,
    responses(
        (status = 200, description = "A page of the orders that match, newest first; `next` is there while more follow", body = Page<FoundOrder>),
        (status = 403, description = "The token names no agent"),
        (status = 409, description = "More than one customer has that phone number, e-mail or card: ask by another"),
        (status = 422, description = "Nothing to look for, several things at once, or a cursor of another search"),
    ),
)]
pub(crate) async fn search_orders(
    State(deps): State<Deps>,
    agent: AgentCall,
    Json(lookup): Json<OrderLookup>,
) -> Result<Json<Page<FoundOrder>>, Problem> {
    let page = deps.orders.look_up(&agent, &lookup).await?;
    Ok(Json(page.map(|order| FoundOrder::from(&order))))
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use axum::http::StatusCode;
    use crossdock_rig::{ada, agent, application, clerk, order};
    use serde_json::json;

    #[tokio::test]
    async fn an_agent_finds_orders_by_email_without_putting_it_into_a_url() {
        let desk = answering(&[(
            "POST /orders/lookups",
            200,
            json!({"items": [order(Some("cust-ada"))]}),
        )]);
        let answer = desk
            .post(agent(), "/search", &json!({"email": "ada@example.com"}))
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.body["items"][0]["customer"], "cust-ada");
        assert_eq!(desk.calls()[0].body, json!({"email": "ada@example.com"}));
    }

    #[tokio::test]
    async fn whoever_is_no_agent_finds_nothing() {
        let desk = answering(&[(
            "POST /orders/lookups",
            200,
            json!({"items": [order(Some("cust-ada"))]}),
        )]);
        for subject in [application(), clerk(), ada()] {
            let answer = desk
                .post(subject, "/search", &json!({"channelRef": "web-1"}))
                .await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
        }
        assert!(desk.calls().is_empty());
    }
}
