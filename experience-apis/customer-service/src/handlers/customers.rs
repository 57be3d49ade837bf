//! The overview of a customer: points and the newest orders.

use crate::agent::AgentCall;
use crate::deps::Deps;
use crate::view::{FoundOrder, Overview, Points};
use axum::extract::State;
use crossdock_model::{Context, CustomerId, Fault, MemberId, PageRequest};
use crossdock_problem::{Json, Path, Problem, Query};
use proc_order_contract::OrderQuery;

/// See a customer's newest orders and points. When the loyalty engine is down the orders still show.
#[utoipa::path(
    get, path = "/customers/{id}/overview", operation_id = "customer_service_get_overview", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer's golden id"), PageRequest),
    responses(
        (status = 200, description = "Orders, newest first, and points; `next` is there while more orders follow", body = Overview),
        (status = 403, description = "The token names no agent"),
        (status = 422, description = "The cursor is of another list"),
    ),
)]
pub(crate) async fn get_overview(
    State(deps): State<Deps>,
    agent: AgentCall,
    Path(id): Path<CustomerId>,
    Query(page): Query<PageRequest>,
) -> Result<Json<Overview>, Problem> {
    let query = OrderQuery {
        customer: Some(id.clone()),
        cursor: page.cursor,
        limit: page.limit,
    };
    let page = deps.orders.orders(&agent, &query).await?;
    let member = page.items.iter().find_map(|order| order.member.clone());
    let points = match member {
        Some(member) => Some(points(&deps, &agent, &member).await),
        None => None,
    };
    let orders = page.items.iter().map(FoundOrder::from).collect();
    Ok(Json(Overview {
        customer: id,
        orders,
        next: page.next,
        points,
    }))
}

/// The account, or why it does not show now.
async fn points(deps: &Deps, context: &Context, member: &MemberId) -> Points {
    match deps.loyalty.account(context, member).await {
        Ok(account) => Points::Known(account),
        Err(Fault::Refused(refusal)) => Points::Unknown {
            detail: refusal.detail,
        },
        Err(other) => Points::Unknown {
            detail: other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use axum::http::StatusCode;
    use crossdock_rig::{agent, order};
    use serde_json::json;

    const ORDERS: &str = "GET /orders?customer=cust-ada";
    const ACCOUNT: &str = "GET /members/member-ada/account";

    #[tokio::test]
    async fn an_overview_joins_orders_and_the_points_of_their_member() {
        let account = json!({"member": "member-ada", "program": "stars", "available": 1000, "pending": 0,
            "held": 0, "debt": 0, "tier": "gold", "asOf": "2026-01-02T03:04:05Z"});
        let mut guest = order(Some("cust-ada"));
        guest.as_object_mut().unwrap().remove("member");
        let page = json!({"items": [guest, order(Some("cust-ada"))]});
        let desk = answering(&[(ORDERS, 200, page), (ACCOUNT, 200, account)]);
        let answer = desk.get(agent(), "/customers/cust-ada/overview").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.body["orders"].as_array().unwrap().len(), 2);
        assert_eq!(answer.body["points"]["available"], 1000);
    }

    #[tokio::test]
    async fn older_orders_follow_page_by_page() {
        let path = "GET /orders?customer=cust-ada&cursor=c1.00&limit=1";
        let mut guest = order(Some("cust-ada"));
        guest.as_object_mut().unwrap().remove("member");
        let desk = answering(&[(path, 200, json!({"items": [guest], "next": "c2.00"}))]);
        let path = "/customers/cust-ada/overview?cursor=c1.00&limit=1";
        let answer = desk.get(agent(), path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.body["next"], "c2.00");
    }

    #[tokio::test]
    async fn orders_show_while_the_loyalty_engine_is_down() {
        let page = json!({"items": [order(Some("cust-ada"))]});
        let desk = answering(&[(ORDERS, 200, page), (ACCOUNT, 503, json!({}))]);
        let answer = desk.get(agent(), "/customers/cust-ada/overview").await;
        assert_eq!(
            (
                answer.status,
                answer.body["orders"].as_array().unwrap().len()
            ),
            (StatusCode::OK, 1)
        );
        assert!(
            answer.body["points"]["detail"]
                .as_str()
                .unwrap()
                .contains("process/loyalty")
        );
    }

    #[tokio::test]
    async fn a_customer_without_a_member_has_no_points() {
        let desk = answering(&[(ORDERS, 200, json!({"items": []}))]);
        let answer = desk.get(agent(), "/customers/cust-ada/overview").await;
        assert_eq!(answer.body, json!({"customer": "cust-ada", "orders": []}));
    }
}
