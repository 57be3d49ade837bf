//! Returns over the counter.

use crate::clerk::{CHANNEL, ClerkCall};
use crate::deps::{API, Deps};
use crate::view::CounterReturn;
use axum::extract::State;
use axum::response::Response;
use crossdock_channel::{ReturnPending, created, pending};
use crossdock_model::ReturnId;
use crossdock_policy::CallerKey;
use crossdock_problem::{Json, Path, Problem};
use proc_return_contract::{CommitReturn, Committed, ReturnView};

/// Take goods back in the clerk's store: from here on money and points go back.
#[utoipa::path(
    post, path = "/returns", operation_id = "pos_commit_return", tag = "returns",
    request_body = CounterReturn,
    responses(
        (status = 201, description = "Decided; its four legs are on their way", body = ReturnView, headers(("Location"))),
        (status = 202, description = "Received; ask again with the same Idempotency-Key", body = ReturnPending, headers(("Retry-After"))),
        (status = 403, description = "The token names no store"),
        (status = 404, description = "No such order"),
        (status = 409, description = "Returned before, more than was sold, or the window has closed"),
    ),
)]
pub(crate) async fn commit_return(
    State(deps): State<Deps>,
    key: CallerKey,
    call: ClerkCall,
    Json(goods): Json<CounterReturn>,
) -> Result<Response, Problem> {
    let CounterReturn { order_id, lines } = goods;
    let ClerkCall { context, store } = call;
    let channel = CHANNEL.to_owned();
    let request = CommitReturn {
        order_id,
        lines,
        location: store,
        channel,
        customer: None,
    };
    let committed = deps.returns.commit(&context, &key.0, &request).await?;
    Ok(match committed {
        Committed::Decided(decided) => {
            created(format!("{}/returns/{}", API.base(), decided.id), decided)
        }
        Committed::Pending => pending(ReturnPending::of(order_id)),
    })
}

/// Read a return with its four legs: refund, stock, loyalty, books.
#[utoipa::path(
    get, path = "/returns/{id}", operation_id = "pos_get_return", tag = "returns",
    params(("id" = ReturnId, Path, description = "The return")),
    responses(
        (status = 200, description = "The return and how far it is settled", body = ReturnView),
        (status = 403, description = "The token names no clerk"),
        (status = 404, description = "No such return"),
    ),
)]
pub(crate) async fn get_return(
    State(deps): State<Deps>,
    call: ClerkCall,
    Path(id): Path<ReturnId>,
) -> Result<Json<ReturnView>, Problem> {
    Ok(Json(deps.returns.find(&call.context, id).await?))
}

#[cfg(test)]
mod tests {
    use crate::testing::answering;
    use axum::http::StatusCode;
    use crossdock_rig::{ID, application, clerk, returned};
    use serde_json::{Value, json};

    fn goods() -> Value {
        json!({"orderId": ID, "lines": [{"lineId": "1", "quantity": 1, "condition": "opened"}]})
    }

    #[tokio::test]
    async fn a_return_is_taken_in_the_clerks_store_under_the_tills_key() {
        let till = answering(&[("POST /returns", 201, returned("pos", "store-7"))]);
        let answer = till.post(clerk(), "/returns", &goods()).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(
            answer.location.as_deref(),
            Some(&*format!("/pos/v1/returns/{ID}"))
        );
        let calls = till.calls();
        assert_eq!(calls[0].body["location"], "store-7");
        assert_eq!(calls[0].body["channel"], "pos");
        assert_eq!(calls[0].body["lines"][0]["condition"], "opened");
        assert_eq!(calls[0].key.as_deref(), Some("\"key-1\""));
    }

    #[tokio::test]
    async fn a_store_in_the_body_is_refused() {
        let till = answering(&[("POST /returns", 201, returned("pos", "store-7"))]);
        let mut forged = goods();
        forged["location"] = json!("store-8");
        let answer = till.post(clerk(), "/returns", &forged).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(till.calls().is_empty());
    }

    #[tokio::test]
    async fn without_a_store_nothing_is_taken_back() {
        let till = answering(&[("POST /returns", 201, returned("pos", "store-7"))]);
        let answer = till.post(application(), "/returns", &goods()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(till.calls().is_empty());
    }

    #[tokio::test]
    async fn a_decision_that_takes_long_is_202() {
        let till = answering(&[("POST /returns", 202, json!({}))]);
        let answer = till.post(clerk(), "/returns", &goods()).await;
        assert_eq!(
            (answer.status, &answer.body["orderId"]),
            (StatusCode::ACCEPTED, &json!(ID))
        );
    }

    #[tokio::test]
    async fn a_clerk_reads_a_return_with_its_legs() {
        let till = answering(&[(
            &format!("GET /returns/{ID}"),
            200,
            returned("pos", "store-7"),
        )]);
        let answer = till.get(clerk(), &format!("/returns/{ID}")).await;
        assert_eq!(answer.body["legs"][0]["state"], "settled");
    }

    #[tokio::test]
    async fn a_unit_returned_before_is_refused_in_the_words_of_the_process() {
        let refused = json!({"type": "/docs/problems#already_returned", "title": "t", "status": 409,
            "detail": "line 1: came back before", "code": "already_returned", "retryable": false});
        let till = answering(&[("POST /returns", 409, refused)]);
        let answer = till.post(clerk(), "/returns", &goods()).await;
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (StatusCode::CONFLICT, &json!("already_returned"))
        );
    }
}
