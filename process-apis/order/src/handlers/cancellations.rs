//! The cancellation resource of an order: all of it, or units that are not packed.

use crate::cancellation::request::{Before, asked, find, own_key, shared_key};
use crate::cancellation::{NAME, state::Cancelling};
use crate::deps::Deps;
use crate::handlers::answer::answered;
use crate::lookup;
use crate::placing::steps::{AccruePending, ConfirmBurn, CreateOmsOrder, PostSalesOrder};
use axum::extract::State;
use axum::response::Response;
use crossdock_desk::{engine_problem, start_problem};
use crossdock_model::{CancellationId, InstanceId, OrderId, Subject};
use crossdock_outbound::CallContext;
use crossdock_policy::RequestCause;
use crossdock_problem::{Code, Json, Path, Problem};
use crossdock_store::{Binding, Cause};
use crossdock_workflow::{Milestone, StartRequest, Step as _, Waited};
use proc_order_contract::{CancelOrder, Cancelled, DecidedBy, Lifecycle, Mode, Order};
use std::time::Duration;

/// Cancel an order, or units of it that are not packed: their money and points go back. The OMS decides whether it still can.
///
/// Whoever asks for all that is left of the order or of a line is answered as the first who did.
#[utoipa::path(
    post, path = "/orders/{id}/cancellations", operation_id = "order_cancel", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    request_body = CancelOrder,
    responses(
        (status = 201, description = "Cancelled; money and points go back", body = Cancelled),
        (status = 404, description = "No such order or line, or not yours"),
        (status = 409, description = "Too late, or not placed"),
        (status = 422, description = "A line stands twice in the request"),
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
    let tenant = &context.caller.tenant;
    let order = lookup::get(&deps.desk, tenant, id).await?;
    if request.customer.is_some() && request.customer != order.customer {
        return Err(lookup::no_order(id));
    }
    let key = match shared_key(id, &request.lines) {
        None => own_key(id, caused.0.claim.as_ref()),
        Some(shared) => match find(&deps.desk, tenant, &shared).await? {
            Before::Not(key) => key,
            Before::Asked(instance) => {
                return as_before(&deps, &context, &caused.0, (id, instance)).await;
            }
        },
    };
    is_placed(&order)?;
    wait_for_placing(&deps, &context, &order).await?;
    // What it earns may have been learnt while it was waited for.
    let order = lookup::get(&deps.desk, tenant, id).await?;
    let wanted = cancelling(&deps, &context, order, request)?;
    let instance = InstanceId(wanted.id.0);
    let start = StartRequest {
        workflow: NAME,
        id: instance,
        key: key.as_str().into(),
        partition: &id.to_string(),
        state: &wanted,
        records: Vec::new(),
        cause: Cause {
            // The order's journey tells of it, whoever asked.
            correlation: wanted.order.correlation.clone(),
            ..caused.0.clone()
        },
        inbox: None,
    };
    let started = deps.desk.engine.start(start).await;
    let started = started.map_err(start_problem)?.id();
    if started == instance {
        return answered(&deps, &context, started).await;
    }
    as_before(&deps, &context, &caused.0, (id, started)).await
}

/// What the workflow begins with; refused where the order has not so many units left.
fn cancelling(
    deps: &Deps,
    context: &CallContext,
    order: Order,
    request: CancelOrder,
) -> Result<Cancelling, Problem> {
    let decided_by = match (&context.caller.subject, request.customer) {
        (Subject::Workflow, _) => DecidedBy::System,
        (_, Some(_customer)) => DecidedBy::Customer,
        (_, None) => DecidedBy::Agent,
    };
    let id = CancellationId(deps.ids.next(deps.desk.clock.now()));
    let asked = asked(&order, &request.lines)?;
    Ok(Cancelling::new(
        id,
        order,
        asked,
        (request.reason, decided_by),
    ))
}

/// The answer of the cancellation that does what is asked; the caller's key is bound to it.
async fn as_before(
    deps: &Deps,
    context: &CallContext,
    cause: &Cause,
    (order, instance): (OrderId, InstanceId),
) -> Result<Response, Problem> {
    let binding = Binding {
        instance,
        status: None,
    };
    deps.desk.bind(cause, &order.to_string(), binding).await?;
    answered(deps, context, instance).await
}

fn is_placed(order: &Order) -> Result<(), Problem> {
    if order.lifecycle == Lifecycle::Placed {
        return Ok(());
    }
    let detail = format!(
        "order {} is {:?}: only a placed order can be cancelled",
        order.id, order.lifecycle
    );
    Err(Problem::new(
        Code::CancellationRefused,
        detail.to_lowercase(),
    ))
}

/// What is given back must be there before: the order at the OMS and the ERP, the burn, the accrual.
///
/// A look at the money or for backordered goods may go on, or wait for a person, meanwhile.
async fn wait_for_placing(
    deps: &Deps,
    context: &CallContext,
    order: &Order,
) -> Result<(), Problem> {
    let now = deps.desk.clock.now();
    let until = context.deadline.unwrap_or(now);
    let burn = (order.mode == Mode::Checkout).then_some(ConfirmBurn::NAME);
    let handed_over = [
        CreateOmsOrder::NAME,
        AccruePending::NAME,
        PostSalesOrder::NAME,
    ];
    for node in handed_over.into_iter().chain(burn) {
        let milestone = Milestone::Node(node.to_owned());
        let placing = InstanceId(order.id.0);
        let waited = deps.desk.engine.wait_for(placing, milestone, until).await;
        match waited.map_err(engine_problem)? {
            Waited::Answer(_) | Waited::Reached | Waited::Refused(_) => {}
            Waited::Parked => {
                let detail = format!(
                    "order {} waits for a person before it is handed to all its systems: try again once it is",
                    order.id
                );
                return Err(Problem::new(Code::Unavailable, detail).after(Duration::from_mins(1)));
            }
            Waited::Pending => {
                let detail = format!(
                    "order {} is still being handed to its systems: try again in a moment",
                    order.id
                );
                return Err(Problem::new(Code::Unavailable, detail).after(Duration::from_secs(2)));
            }
        }
    }
    Ok(())
}
