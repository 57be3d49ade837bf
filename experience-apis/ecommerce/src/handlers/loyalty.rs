//! The signed-in member's points.

use crate::deps::Deps;
use crate::shopper;
use crate::view::RedemptionRequest;
use axum::extract::State;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Problem};
use proc_loyalty_contract::{LedgerPage, MemberAccount, PointsWorth};

/// Read the signed-in member's points.
#[utoipa::path(
    get, path = "/loyalty", operation_id = "ecommerce_get_loyalty", tag = "loyalty",
    responses(
        (status = 200, description = "Available, pending and held points", body = MemberAccount),
        (status = 404, description = "The token names no member, or the programme does not know it"),
    ),
)]
pub(crate) async fn get_account(
    State(deps): State<Deps>,
    context: CallContext,
) -> Result<Json<MemberAccount>, Problem> {
    let member = shopper::member(&context)?;
    Ok(Json(deps.loyalty.account(&context, &member).await?))
}

/// Read the newest movements of the signed-in member's points.
#[utoipa::path(
    get, path = "/loyalty/ledger", operation_id = "ecommerce_get_loyalty_ledger", tag = "loyalty",
    responses(
        (status = 200, description = "The newest movements first", body = LedgerPage),
        (status = 404, description = "The token names no member, or the programme does not know it"),
    ),
)]
pub(crate) async fn get_ledger(
    State(deps): State<Deps>,
    context: CallContext,
) -> Result<Json<LedgerPage>, Problem> {
    let member = shopper::member(&context)?;
    Ok(Json(deps.loyalty.ledger(&context, &member).await?))
}

/// See what some of the signed-in member's points would take off a basket. Nothing is held.
#[utoipa::path(
    post, path = "/loyalty/redemption-quotes", operation_id = "ecommerce_quote_redemption", tag = "loyalty",
    request_body = RedemptionRequest,
    responses(
        (status = 200, description = "What the points are worth on that basket", body = PointsWorth),
        (status = 404, description = "The token names no member, or the programme does not know it"),
    ),
)]
pub(crate) async fn quote_redemption(
    State(deps): State<Deps>,
    context: CallContext,
    Json(body): Json<RedemptionRequest>,
) -> Result<Json<PointsWorth>, Problem> {
    let quote = body.for_member(shopper::member(&context)?);
    Ok(Json(deps.loyalty.worth(&context, &quote).await?))
}

#[cfg(test)]
mod tests {
    use crate::testing::{answering, guest};
    use axum::http::StatusCode;
    use crossdock_rig::ada;
    use serde_json::json;

    #[tokio::test]
    async fn points_are_those_of_the_member_in_the_token() {
        let account = json!({"member": "member-ada", "program": "stars", "available": 1000, "pending": 0,
            "held": 0, "debt": 0, "tier": "gold", "asOf": "2026-01-02T03:04:05Z"});
        let worth = json!({"points": 500, "value": {"amount": "5.00", "currency": "USD"}, "affordable": true});
        let shop = answering(&[
            ("GET /members/member-ada/account", 200, account),
            (
                "GET /members/member-ada/ledger",
                200,
                json!({"entries": []}),
            ),
            ("POST /redemption-quotes", 200, worth),
        ]);
        assert_eq!(shop.get(ada(), "/loyalty").await.body["available"], 1000);
        assert_eq!(
            shop.get(ada(), "/loyalty/ledger").await.status,
            StatusCode::OK
        );
        let body = json!({"points": 500, "basket": {"amount": "50.00", "currency": "USD"}});
        let answer = shop.post(ada(), "/loyalty/redemption-quotes", &body).await;
        assert_eq!(answer.body["affordable"], true);
        assert_eq!(shop.calls()[2].body["member"], "member-ada");
    }

    #[tokio::test]
    async fn without_a_member_the_shopper_is_told_to_sign_in() {
        let shop = answering(&[]);
        let answer = shop.get(guest(), "/loyalty").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(
            answer.body["detail"]
                .as_str()
                .unwrap()
                .contains("sign in as a member")
        );
    }
}
