//! Orders: placed on a quote, listed and read by their owner.

use crate::deps::{API, Deps};
use crate::shopper;
use crate::view::{Checkout, ShopOrder};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use crossdock_model::{OrderId, Page, PageRequest};
use crossdock_outbound::CallContext;
use crossdock_policy::CallerKey;
use crossdock_problem::{Code, Json, Path, Problem, Query};
use http::{HeaderValue, StatusCode, header};
use proc_order_contract::{OrderQuery, Placed};

/// Place an order on a quote: reserve, hold, authorise, and promise; or undo and say why.
#[utoipa::path(
    post, path = "/orders", operation_id = "ecommerce_place_order", tag = "orders",
    request_body = Checkout,
    responses(
        (status = 200, description = "The reference was accepted before", body = ShopOrder),
        (status = 201, description = "Accepted", body = ShopOrder, headers(("Location"))),
        (status = 202, description = "Received; read it at Location", body = ShopOrder, headers(("Location"))),
        (status = 402, description = "The card was declined; nothing is held"),
        (status = 409, description = "Out of stock, points, or the quote expired; nothing is held"),
        (status = 422, description = "The quote or the tender is not valid"),
    ),
)]
pub(crate) async fn place_order(
    State(deps): State<Deps>,
    key: CallerKey,
    context: CallContext,
    Json(checkout): Json<Checkout>,
) -> Result<Response, Problem> {
    let order = checkout.asked_by(shopper::customer(&context));
    Ok(answer(deps.orders.place(&context, &key.0, &order).await?))
}

/// List the signed-in customer's orders, newest first.
#[utoipa::path(
    get, path = "/orders", operation_id = "ecommerce_list_orders", tag = "orders",
    params(PageRequest),
    responses(
        (status = 200, description = "A page of orders; `next` is there while more follow", body = Page<ShopOrder>),
        (status = 403, description = "The token names no customer: a guest's order is read by its id"),
        (status = 422, description = "The cursor is of another list"),
    ),
)]
pub(crate) async fn list_orders(
    State(deps): State<Deps>,
    context: CallContext,
    Query(page): Query<PageRequest>,
) -> Result<Json<Page<ShopOrder>>, Problem> {
    let Some(customer) = shopper::customer(&context) else {
        let detail = "the token names no customer: exchange it for a customer's, or read a guest's order by its id";
        return Err(Problem::new(Code::Forbidden, detail));
    };
    let PageRequest { cursor, limit } = page;
    let query = OrderQuery {
        customer: Some(customer),
        cursor,
        limit,
    };
    let page = deps.orders.orders(&context, &query).await?;
    Ok(Json(page.map(|order| ShopOrder::from(&order))))
}

/// Read one of the caller's orders.
#[utoipa::path(
    get, path = "/orders/{id}", operation_id = "ecommerce_get_order", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = ShopOrder),
        (status = 404, description = "No such order, or not yours"),
    ),
)]
pub(crate) async fn get_order(
    State(deps): State<Deps>,
    context: CallContext,
    Path(id): Path<OrderId>,
) -> Result<Json<ShopOrder>, Problem> {
    let order = shopper::own_order(&deps, &context, id).await?;
    Ok(Json(ShopOrder::from(&order)))
}

/// The order with the status of the process tier, and where to read it again.
pub(super) fn answer(placed: Placed) -> Response {
    let (status, order) = match placed {
        Placed::Accepted(order) => (StatusCode::CREATED, order),
        Placed::Before(order) => (StatusCode::OK, order),
        Placed::Received(order) => (StatusCode::ACCEPTED, order),
    };
    let location = HeaderValue::from_str(&format!("{}/orders/{}", API.base(), order.id));
    let mut response = (status, Json(ShopOrder::from(&order))).into_response();
    if let Ok(location) = location
        && status != StatusCode::OK
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

#[cfg(test)]
mod tests {
    use crate::testing::{answering, guest};
    use axum::http::StatusCode;
    use crossdock_rig::{ID, ada, order};
    use serde_json::{Value, json};

    fn checkout() -> Value {
        json!({"quoteId": "q", "channelRef": "web-1", "tender": {"token": "tok_visa"}})
    }

    #[tokio::test]
    async fn an_order_is_placed_for_the_customer_of_the_token_under_the_callers_key() {
        let shop = answering(&[("POST /orders", 201, order(Some("cust-ada")))]);
        let answer = shop.post(ada(), "/orders", &checkout()).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(answer.body["reference"], "web-1");
        let calls = shop.calls();
        assert_eq!(calls[0].body["customer"], "cust-ada");
        assert_eq!(calls[0].key.as_deref(), Some("\"key-1\""));
    }

    #[tokio::test]
    async fn a_customer_in_the_body_is_refused() {
        let shop = answering(&[("POST /orders", 201, order(Some("cust-ada")))]);
        let mut forged = checkout();
        forged["customer"] = json!("cust-eve");
        let answer = shop.post(ada(), "/orders", &forged).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(shop.calls().is_empty());
    }

    #[tokio::test]
    async fn a_received_order_says_where_to_read_it() {
        let shop = answering(&[("POST /orders", 202, order(None))]);
        let answer = shop.post(guest(), "/orders", &checkout()).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        assert_eq!(
            answer.location.as_deref(),
            Some(&*format!("/ecommerce/v1/orders/{ID}"))
        );
        assert_eq!(shop.calls()[0].body.get("customer"), None);
    }

    #[tokio::test]
    async fn an_order_accepted_before_stays_200() {
        let shop = answering(&[("POST /orders", 200, order(None))]);
        let answer = shop.post(guest(), "/orders", &checkout()).await;
        assert_eq!((answer.status, answer.location), (StatusCode::OK, None));
    }

    #[tokio::test]
    async fn a_decline_reaches_the_shopper_as_it_was_said() {
        let declined = json!({"type": "/docs/problems#card_declined", "title": "t", "status": 402,
            "detail": "the issuer said no", "code": "card_declined", "retryable": false});
        let shop = answering(&[("POST /orders", 402, declined)]);
        let answer = shop.post(ada(), "/orders", &checkout()).await;
        assert_eq!(answer.status, StatusCode::PAYMENT_REQUIRED);
        assert_eq!(answer.body["detail"], "the issuer said no");
    }

    #[tokio::test]
    async fn only_the_customers_own_orders_are_asked_for() {
        let page = json!({"items": [order(Some("cust-ada"))], "next": "c2"});
        let shop = answering(&[("GET /orders?customer=cust-ada&cursor=c1&limit=5", 200, page)]);
        let answer = shop.get(ada(), "/orders?cursor=c1&limit=5").await;
        assert_eq!(
            (answer.status, &answer.body["next"]),
            (StatusCode::OK, &json!("c2"))
        );
        assert_eq!(answer.body["items"][0]["id"], ID);
    }

    #[tokio::test]
    async fn an_application_cannot_list_orders() {
        let shop = answering(&[]);
        assert_eq!(
            shop.get(guest(), "/orders").await.status,
            StatusCode::FORBIDDEN
        );
        assert!(shop.calls().is_empty());
    }

    #[tokio::test]
    async fn another_customers_order_is_not_there() {
        let path = format!("/orders/{ID}");
        for (buyer, channel, asking, expected) in [
            (Some("cust-ada"), "ecommerce", ada(), StatusCode::OK),
            (Some("cust-ada"), "mobile", ada(), StatusCode::OK),
            (Some("cust-eve"), "ecommerce", ada(), StatusCode::NOT_FOUND),
            (None, "ecommerce", ada(), StatusCode::NOT_FOUND),
            (None, "ecommerce", guest(), StatusCode::OK),
            (None, "marketplace", guest(), StatusCode::NOT_FOUND),
            (
                Some("cust-ada"),
                "ecommerce",
                guest(),
                StatusCode::NOT_FOUND,
            ),
        ] {
            let mut sold = order(buyer);
            sold["channel"] = json!(channel);
            let shop = answering(&[(&format!("GET {path}"), 200, sold)]);
            let answer = shop.get(asking, &path).await;
            assert_eq!(answer.status, expected, "{buyer:?} {channel}");
            if expected == StatusCode::NOT_FOUND {
                assert_eq!(answer.body["detail"], format!("there is no order {ID}"));
            }
        }
    }
}
