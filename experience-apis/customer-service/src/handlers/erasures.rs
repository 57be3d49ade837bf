//! Erasing an order's personal data for a person who asks for it.

use crate::agent::AgentCall;
use crate::deps::Deps;
use axum::extract::State;
use crossdock_model::OrderId;
use crossdock_policy::CallerKey;
use crossdock_problem::{Json, Path, Problem};
use http::StatusCode;
use proc_order_contract::{ErasePersonalData, ErasureReason, PersonalDataErased};

/// Erase what is known of the person that an order went to; ids and amounts stay.
#[utoipa::path(
    post, path = "/orders/{id}/erasures", operation_id = "customer_service_erase_personal_data", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 201, description = "Erased, now or before", body = PersonalDataErased),
        (status = 403, description = "The token names no agent"),
        (status = 404, description = "No such order"),
        (status = 409, description = "The order is still open and needs it"),
    ),
)]
pub(crate) async fn erase_personal_data(
    State(deps): State<Deps>,
    key: CallerKey,
    agent: AgentCall,
    Path(id): Path<OrderId>,
) -> Result<(StatusCode, Json<PersonalDataErased>), Problem> {
    let request = ErasePersonalData {
        reason: ErasureReason::PersonRequest,
    };
    let erased = deps.orders.erase(&agent, &key.0, id, &request).await?;
    Ok((StatusCode::CREATED, Json(erased)))
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use axum::http::StatusCode;
    use crossdock_rig::{ID, agent, application};
    use serde_json::json;

    #[tokio::test]
    async fn an_agent_erases_because_the_person_asked_under_the_desks_key() {
        let path = format!("/orders/{ID}/erasures");
        let erased = json!({"orderId": ID, "at": "2026-01-02T03:04:05Z"});
        let desk = answering(&[(&format!("POST {path}"), 201, erased)]);
        let refused = desk.post(application(), &path, &json!({})).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(desk.calls().is_empty());
        let answer = desk.post(agent(), &path, &json!({})).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        let calls = desk.calls();
        assert_eq!(calls[0].body, json!({"reason": "person-request"}));
        assert_eq!(calls[0].key.as_deref(), Some("\"key-1\""));
    }
}
