//! The captured-order resource: taking in what was paid elsewhere.

use crate::captured::{NAME, sale};
use crate::deps::Deps;
use crate::handlers::answer;
use crate::personal_data::Kept;
use crate::placing::reference::{Reference, find_reference};
use crate::placing::state::Placing;
use crate::quote::evaluate_earn;
use crate::search::PersonalKeys;
use axum::extract::State;
use axum::response::Response;
use crossdock_outbound::CallContext;
use crossdock_policy::RequestCause;
use crossdock_problem::{Json, Problem};
use proc_order_contract::{CapturedOrder, OrderView};

/// Take in an order that was paid elsewhere. It is a fact: what cannot be done becomes an exception.
#[utoipa::path(
    post, path = "/orders/captured", operation_id = "order_capture", tag = "orders",
    request_body = CapturedOrder,
    responses(
        (status = 200, description = "The reference was taken in before", body = OrderView),
        (status = 201, description = "Taken in", body = OrderView),
        (status = 202, description = "Received; read it at Location", body = OrderView, headers(("Location"))),
        (status = 409, description = "The reference is another order's"),
        (status = 422, description = "The order cannot be read"),
    ),
)]
pub(crate) async fn capture_order(
    State(deps): State<Deps>,
    caused: RequestCause,
    context: CallContext,
    Json(request): Json<CapturedOrder>,
) -> Result<Response, Problem> {
    if let Some(bound) = deps.desk.bound(&caused.0).await? {
        return answer::answered(&deps, &context, bound).await;
    }
    request.ship_to.check("/shipTo")?;
    sale::check_currencies(&request)?;
    let tendered = sale::tendered(&request)?;
    let mut order = sale::order(&deps, &context, &request).await?;
    let (contact, tenders) = (request.contact.as_ref(), &request.tenders);
    let personal = PersonalKeys::of(&deps.lookup_key, &context.caller.tenant, contact, tenders);
    let systems = &deps.pricing.systems;
    loop {
        match find_reference(&deps.desk, &context.caller.tenant, &order).await? {
            Reference::Same(id) => {
                return answer::accepted_before(&deps, &context, &caused.0, id).await;
            }
            Reference::Free(attempt) => order.attempt = attempt,
        }
        let earn = evaluate_earn(&systems.customer, &systems.loyalty, &context, &order).await;
        if let Ok(Some(evaluation)) = &earn {
            evaluation.apply_to(&mut order);
        }
        let mut state = Placing::new(order.clone(), systems.hold_seconds);
        state.tendered = Some(tendered);
        state.personal = personal.clone();
        // Who cannot be asked now is asked when the points are booked: the sale is a fact.
        state.earn_deferred = earn.is_err();
        let kept = Kept {
            ship_to: request.ship_to.clone(),
            payment_token: None,
        };
        let beginning = (&state, kept);
        let started = answer::start(&deps, &context, caused.0.clone(), NAME, beginning).await?;
        if let Some(response) = started {
            return Ok(response);
        }
    }
}
