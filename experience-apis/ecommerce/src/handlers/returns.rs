//! Returns by mail.

use crate::deps::{API, Deps};
use crate::shopper;
use crate::view::{MailedReturn, ShopReturn};
use axum::extract::State;
use axum::response::Response;
use crossdock_channel::{ReturnPending, created, pending};
use crossdock_model::{OrderId, ReturnId};
use crossdock_outbound::CallContext;
use crossdock_policy::CallerKey;
use crossdock_problem::{Code, Json, Path, Problem};
use proc_return_contract::{CommitReturn, Committed};

/// Return goods of an own order by mail to the location that takes them.
#[utoipa::path(
    post, path = "/orders/{id}/returns", operation_id = "ecommerce_commit_return", tag = "returns",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = MailedReturn,
    responses(
        (status = 201, description = "Decided; the refund and the points are on their way", body = ShopReturn, headers(("Location"))),
        (status = 202, description = "Received; ask again with the same Idempotency-Key", body = ReturnPending, headers(("Retry-After"))),
        (status = 404, description = "No such order, or not yours"),
        (status = 409, description = "Returned before, more than was sold, or the window has closed"),
    ),
)]
pub(crate) async fn commit_return(
    State(deps): State<Deps>,
    key: CallerKey,
    context: CallContext,
    Path(id): Path<OrderId>,
    Json(mailed): Json<MailedReturn>,
) -> Result<Response, Problem> {
    shopper::own_order(&deps, &context, id).await?;
    let request = CommitReturn {
        order_id: id,
        lines: mailed.lines,
        location: mailed.location,
        channel: shopper::CHANNEL.to_owned(),
        customer: shopper::customer(&context),
    };
    let committed = deps.returns.commit(&context, &key.0, &request).await?;
    Ok(match committed {
        Committed::Decided(decided) => {
            let location = format!("{}/returns/{}", API.base(), decided.id);
            created(location, ShopReturn::from(&*decided))
        }
        Committed::Pending => pending(ReturnPending::of(id)),
    })
}

/// Read a return of an own order.
#[utoipa::path(
    get, path = "/returns/{id}", operation_id = "ecommerce_get_return", tag = "returns",
    params(("id" = ReturnId, Path, description = "The return")),
    responses(
        (status = 200, description = "The return and how far it is settled", body = ShopReturn),
        (status = 404, description = "No such return, or not yours"),
    ),
)]
pub(crate) async fn get_return(
    State(deps): State<Deps>,
    context: CallContext,
    Path(id): Path<ReturnId>,
) -> Result<Json<ShopReturn>, Problem> {
    let found = deps.returns.find(&context, id).await?;
    let order = deps.orders.order(&context, found.order_id).await?;
    if !shopper::owns(&context, &order) {
        return Err(Problem::new(
            Code::NotFound,
            format!("there is no return {id}"),
        ));
    }
    Ok(Json(ShopReturn::from(&found)))
}

#[cfg(test)]
mod tests {
    use crate::testing::{answering, guest};
    use axum::http::StatusCode;
    use crossdock_rig::{ID, ada, order, returned};
    use serde_json::{Value, json};

    fn mailed() -> Value {
        json!({"location": "dc-1", "lines": [{"lineId": "1", "quantity": 1, "reason": "too small"}]})
    }

    #[tokio::test]
    async fn a_return_by_mail_carries_channel_customer_location_and_key() {
        let shop = answering(&[
            (&format!("GET /orders/{ID}"), 200, order(Some("cust-ada"))),
            ("POST /returns", 201, returned("ecommerce", "dc-1")),
        ]);
        let answer = shop
            .post(ada(), &format!("/orders/{ID}/returns"), &mailed())
            .await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(
            answer.location.as_deref(),
            Some(&*format!("/ecommerce/v1/returns/{ID}"))
        );
        let sent = &shop.calls()[1];
        assert_eq!(sent.body["channel"], "ecommerce");
        assert_eq!(sent.body["customer"], "cust-ada");
        assert_eq!(sent.body["location"], "dc-1");
        assert_eq!(sent.key.as_deref(), Some("\"key-1\""));
    }

    #[tokio::test]
    async fn a_decision_that_takes_long_is_202() {
        let shop = answering(&[
            (&format!("GET /orders/{ID}"), 200, order(None)),
            ("POST /returns", 202, json!({})),
        ]);
        let answer = shop
            .post(guest(), &format!("/orders/{ID}/returns"), &mailed())
            .await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        assert_eq!(answer.body["orderId"], ID);
    }

    #[tokio::test]
    async fn another_customers_order_cannot_be_returned() {
        let shop = answering(&[(&format!("GET /orders/{ID}"), 200, order(Some("cust-eve")))]);
        let answer = shop
            .post(ada(), &format!("/orders/{ID}/returns"), &mailed())
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(shop.calls().len(), 1);
    }

    #[tokio::test]
    async fn a_return_is_its_customers_only() {
        for (asking, expected) in [(ada(), StatusCode::OK), (guest(), StatusCode::NOT_FOUND)] {
            let shop = answering(&[
                (
                    &format!("GET /returns/{ID}"),
                    200,
                    returned("ecommerce", "dc-1"),
                ),
                (&format!("GET /orders/{ID}"), 200, order(Some("cust-ada"))),
            ]);
            let answer = shop.get(asking, &format!("/returns/{ID}")).await;
            assert_eq!(answer.status, expected);
            if expected == StatusCode::NOT_FOUND {
                assert_eq!(answer.body["detail"], format!("there is no return {ID}"));
            }
        }
    }
}
