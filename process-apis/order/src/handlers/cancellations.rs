//! The cancellation resource of an order that has not left.

use crate::cancellation::{NAME, state::Cancelling};
use crate::deps::Deps;
use crate::handlers::answer::answered;
use crate::lookup;
use axum::extract::State;
use axum::response::Response;
use crossdock_desk::{engine_problem, start_problem};
use crossdock_model::{InstanceId, OrderId};
use crossdock_outbound::CallContext;
use crossdock_policy::RequestCause;
use crossdock_problem::{Code, Json, Path, Problem};
use crossdock_workflow::{Milestone, StartRequest, Waited};
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
    caused: RequestCause,
    context: CallContext,
    Path(id): Path<OrderId>,
    Json(request): Json<CancelOrder>,
) -> Result<Response, Problem> {
    if let Some(bound) = deps.desk.bound(&caused.0).await? {
        return answered(&deps, &context, bound).await;
    }
    let order = lookup::get(&deps.desk, &context.caller.tenant, id).await?;
    if request.customer.is_some() && request.customer != order.customer {
        return Err(lookup::no_order(id));
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
    wait_for_placing(&deps, &context, id).await?;
    let key = format!(
        "{id}/{}",
        caused.0.claim.as_ref().map_or("", |claim| &claim.key)
    );
    let request = StartRequest {
        workflow: NAME,
        id: InstanceId(deps.ids.next(deps.desk.clock.now())),
        key: key.as_str().into(),
        partition: &id.to_string(),
        state: &Cancelling {
            order,
            reason: request.reason,
        },
        records: Vec::new(),
        cause: caused.0,
        inbox: None,
    };
    let started = deps.desk.engine.start(request).await;
    answered(&deps, &context, started.map_err(start_problem)?.id()).await
}

/// What placing still hands over (burn, accrual, OMS order) must be there before it is given back.
async fn wait_for_placing(deps: &Deps, context: &CallContext, id: OrderId) -> Result<(), Problem> {
    let now = deps.desk.clock.now();
    let until = context.deadline.unwrap_or(now);
    let waited = deps
        .desk
        .engine
        .wait_for(InstanceId(id.0), Milestone::End, until)
        .await;
    match waited.map_err(engine_problem)? {
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
