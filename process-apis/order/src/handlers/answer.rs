//! What a caller who starts an order is answered: the pivot's stored answer, or 202 while it runs.

use crate::deps::Deps;
use crate::lookup;
use crate::personal_data::{Kept, first_version};
use crate::placing::state::Placing;
use axum::response::{IntoResponse as _, Response};
use crossdock_desk::start_problem;
use crossdock_model::{Context, InstanceId, OrderId};
use crossdock_problem::{Code, Json, Problem};
use crossdock_store::{Binding, Cause};
use crossdock_workflow::{StartError, StartRequest, Started};
use http::{HeaderValue, StatusCode, header};
use proc_order_contract::OrderView;
use std::time::Duration;

/// Starts the workflow that takes an order in, with the personal data beside it, and waits for its answer; none, if somebody else took the order's
/// reference meanwhile.
pub(crate) async fn start(
    deps: &Deps,
    context: &Context,
    cause: Cause,
    workflow: &str,
    (state, kept): (&Placing, Kept),
) -> Result<Option<Response>, Problem> {
    let order = state.order.id;
    let key = order.to_string();
    let personal_data = first_version(&context.caller.tenant, order, kept)?;
    let request = StartRequest {
        workflow,
        id: InstanceId(order.0),
        key: key.as_str().into(),
        partition: &key,
        state,
        records: vec![personal_data],
        cause,
        inbox: None,
    };
    match deps.desk.engine.start(request).await {
        Ok(Started::New(id) | Started::Attached(id)) => answered(deps, context, id).await.map(Some),
        Err(StartError::Refused(refusal)) if refusal.code == "already_exists" => Ok(None),
        Err(error) => Err(start_problem(error)),
    }
}

/// The stored answer of a workflow's pivot, or 202 with the order as it stands.
pub(crate) async fn answered(
    deps: &Deps,
    context: &Context,
    id: InstanceId,
) -> Result<Response, Problem> {
    match deps.desk.answer(context, id).await? {
        Some(response) => Ok(response),
        None => received(deps, context, id).await,
    }
}

/// What the order that had the reference before was answered with. The caller's key is bound to it, so that it gets the
/// same bytes again, and refuses another request.
pub(crate) async fn accepted_before(
    deps: &Deps,
    context: &Context,
    cause: &Cause,
    order: OrderId,
) -> Result<Response, Problem> {
    let (instance, status) = (InstanceId(order.0), StatusCode::OK);
    let binding = Binding {
        instance,
        status: Some(status.as_u16()),
    };
    deps.desk.bind(cause, &order.to_string(), binding).await?;
    let mut response = answered(deps, context, instance).await?;
    if response.status() == StatusCode::CREATED {
        *response.status_mut() = status;
    }
    Ok(response)
}

/// 202 with the order as it stands, and where to read it again.
async fn received(deps: &Deps, context: &Context, id: InstanceId) -> Result<Response, Problem> {
    let order = lookup::find(&deps.desk, &context.caller.tenant, OrderId(id.0)).await?;
    let Some(order) = order else {
        let detail = "the work goes on: ask again with the same Idempotency-Key";
        return Err(Problem::new(Code::IdempotencyInFlight, detail).after(Duration::from_secs(1)));
    };
    let mut response = Json(OrderView::from(&order)).into_response();
    *response.status_mut() = StatusCode::ACCEPTED;
    if let Ok(location) = HeaderValue::from_str(&format!("/orders/{}", order.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}
