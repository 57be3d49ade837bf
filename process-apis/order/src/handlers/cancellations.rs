//! Cancelling before shipment.

use crate::workflows::cancel_order::{Cancelling, NAME};
use crate::{Deps, find, intake};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use crossdock_model::{InstanceId, OrderId};
use crossdock_outbound::InContext;
use crossdock_policy::Caused;
use crossdock_problem::{Code, Json, Path, Problem};
use crossdock_workflow::{Milestone, Waited};
use proc_order_contract::{CancelOrder, Cancelled, Lifecycle};
use std::time::Duration;

/// Cancel an order that has not left: everything held goes back. The OMS decides whether it still can.
#[utoipa::path(
    post, path = "/orders/{id}/cancellations", operation_id = "order_cancel", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = CancelOrder,
    responses(
        (status = 201, description = "Cancelled; money and points go back", body = Cancelled),
        (status = 404, description = "No such order, or not yours"),
        (status = 409, description = "Too late, or not placed"),
    ),
)]
pub(crate) async fn cancel_order(
    State(deps): State<Deps>,
    caused: Caused,
    context: InContext,
    Path(id): Path<OrderId>,
    Json(request): Json<CancelOrder>,
) -> Result<Response, Problem> {
    if let Some(bound) = deps.desk.bound(&caused.0)? {
        return intake::answered(&deps, &context, bound).await;
    }
    let order = find(&deps, &context.caller.tenant, id)?.ok_or_else(|| crate::no_order(id))?;
    if request.customer.is_some() && request.customer != order.customer {
        return Err(crate::no_order(id));
    }
    if order.lifecycle != Lifecycle::Placed {
        let detail = format!(
            "order {id} is {:?}: only a placed order can be cancelled",
            order.lifecycle
        );
        return Err(Problem::new(
            Code::CancellationRefused,
            detail.to_lowercase(),
        ));
    }
    placing_is_over(&deps, &context, id).await?;
    let key = format!(
        "{id}/{}",
        caused.0.claim.as_ref().map_or("", |claim| &claim.key)
    );
    let state = Cancelling {
        order: order.clone(),
        reason: request.reason,
    };
    match intake::start(&deps, &context, caused.0, (NAME, &key), (&order, &state)).await? {
        intake::Outcome::Response(response) => Ok(response.into_response()),
        intake::Outcome::Taken => Err(crate::no_order(id)),
    }
}

/// What placing still hands over (burn, accrual, OMS order) must be there before it is given back.
async fn placing_is_over(deps: &Deps, context: &InContext, id: OrderId) -> Result<(), Problem> {
    let now = deps.desk.clock.now();
    let until = context.deadline.unwrap_or(now);
    let waited = deps
        .desk
        .engine
        .wait_for(InstanceId(id.0), Milestone::End, until)
        .await;
    match waited.map_err(crossdock_desk::unreadable)? {
        Waited::Answer(_) | Waited::Reached | Waited::Refused(_) => Ok(()),
        Waited::Parked => {
            let detail = format!(
                "order {id} waits for a person before it is handed to all its systems: try again once it is"
            );
            Err(Problem::new(Code::Unavailable, detail).after(Duration::from_mins(1)))
        }
        Waited::Pending => {
            let detail =
                format!("order {id} is still being handed to its systems: try again in a moment");
            Err(Problem::new(Code::Unavailable, detail).after(Duration::from_secs(2)))
        }
    }
}
