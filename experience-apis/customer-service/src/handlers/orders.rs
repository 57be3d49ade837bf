//! An order as everybody sold, paid and settled it.

use crate::agent::AgentCall;
use crate::deps::Deps;
use crate::view::AgentTimeline;
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_problem::{Json, Path, Problem};
use proc_order_contract::OrderView;

/// Read an order with every unit, promotion and shipment.
#[utoipa::path(
    get, path = "/orders/{id}", operation_id = "customer_service_get_order", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = OrderView),
        (status = 403, description = "The token names no agent"),
        (status = 404, description = "No such order"),
    ),
)]
pub(crate) async fn get_order(
    State(deps): State<Deps>,
    agent: AgentCall,
    Path(id): Path<OrderId>,
) -> Result<Json<OrderView>, Problem> {
    Ok(Json(deps.orders.order(&agent, id).await?))
}

/// Read what happened to an order, everywhere: events, steps, backend references, money and points.
#[utoipa::path(
    get, path = "/orders/{id}/timeline", operation_id = "customer_service_get_timeline", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The timeline, oldest first", body = AgentTimeline),
        (status = 403, description = "The token names no agent"),
        (status = 404, description = "No such order"),
        (status = 410, description = "What happened to it was erased with a month of the archive"),
    ),
)]
pub(crate) async fn get_timeline(
    State(deps): State<Deps>,
    agent: AgentCall,
    Path(id): Path<OrderId>,
) -> Result<Json<AgentTimeline>, Problem> {
    Ok(Json(deps.orders.timeline(&agent, id).await?.into()))
}

#[cfg(test)]
mod tests {
    use crate::testing::{answering, timeline};
    use axum::http::StatusCode;
    use crossdock_rig::{ID, ada, agent, order};

    #[tokio::test]
    async fn an_agent_reads_any_order_of_the_tenant_whole() {
        let desk = answering(&[(&format!("GET /orders/{ID}"), 200, order(Some("cust-ada")))]);
        let answer = desk.get(agent(), &format!("/orders/{ID}")).await;
        assert_eq!(answer.body, order(Some("cust-ada")));
        let refused = desk.get(ada(), &format!("/orders/{ID}")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn a_timeline_tells_events_steps_references_money_and_points() {
        let path = format!("/orders/{ID}/timeline");
        let desk = answering(&[(&format!("GET {path}"), 200, timeline())]);
        let answer = desk.get(agent(), &path).await;
        assert_eq!(answer.body["entries"][1]["event"], "OrderPlaced");
        assert_eq!(answer.body["references"][0]["value"], "au_1");
        assert_eq!(answer.body["steps"][0]["step"], "await_shipped");
        assert_eq!(answer.body["position"]["pointsBurnt"], 1000);
    }
}
