//! Returns: the commit is the pivot, the four legs go on without the caller.

use super::order_of;
use crate::deps::Deps;
use crate::evaluate::evaluate;
use crate::settlement::{NAME, state::Returning};
use axum::extract::State;
use axum::response::Response;
use crossdock_desk::start_problem;
use crossdock_model::{Context, InstanceId, ReturnId};
use crossdock_outbound::CallContext;
use crossdock_policy::RequestCause;
use crossdock_problem::{Code, Json, Path, Problem};
use crossdock_workflow::StartRequest;
use http::StatusCode;
use proc_return_contract::{CommitReturn, Return, ReturnView};
use std::time::Duration;

/// Commit a return whose goods are here: units are taken back, money and points go back.
#[utoipa::path(
    post, path = "/returns", operation_id = "return_commit", tag = "returns",
    request_body = CommitReturn,
    responses(
        (status = 201, description = "Decided; its four legs are on their way", body = ReturnView),
        (status = 202, description = "Received; ask again with the same key", body = Problem,
            content_type = "application/problem+json", headers(("Retry-After"))),
        (status = 404, description = "No such order, or not yours"),
        (status = 409, description = "Not returnable: returned before, too many, too late"),
    ),
)]
pub(crate) async fn commit_return(
    State(deps): State<Deps>,
    caused: RequestCause,
    context: CallContext,
    Json(request): Json<CommitReturn>,
) -> Result<Response, Problem> {
    if let Some(bound) = deps.desk.bound(&caused.0).await? {
        return answered(&deps, &context, bound).await;
    }
    let tenant = &context.caller.tenant;
    let order = order_of(&deps, tenant, request.order_id, request.customer.as_ref()).await?;
    let now = deps.desk.clock.now();
    let window = deps.settings.window.get();
    // What cannot come back is refused before anything is stored; the pivot decides over the order as it stands then.
    evaluate(&order, &request.lines, window, now)?;
    let id = deps.ids.next(now);
    let state = Returning::new(ReturnId(id), &order, request, window, now);
    let mut cause = caused.0;
    // The return takes the order's correlation id, so that one timeline shows both.
    cause.correlation = order.correlation.clone();
    let (key, partition) = (state.reference(), state.order());
    let request = StartRequest {
        workflow: NAME,
        id: InstanceId(id),
        key: key.as_str().into(),
        partition: &partition,
        state: &state,
        records: Vec::new(),
        cause,
        inbox: None,
    };
    let started = deps
        .desk
        .engine
        .start(request)
        .await
        .map_err(start_problem)?;
    answered(&deps, &context, started.id()).await
}

/// Read a return with its four legs.
#[utoipa::path(
    get, path = "/returns/{id}", operation_id = "return_get", tag = "returns",
    params(("id" = ReturnId, Path, description = "The return")),
    responses(
        (status = 200, description = "The return", body = ReturnView),
        (status = 404, description = "No such return, or not yours"),
    ),
)]
pub(crate) async fn get_return(
    State(deps): State<Deps>,
    context: CallContext,
    Path(id): Path<ReturnId>,
) -> Result<Json<ReturnView>, Problem> {
    let returned: Option<Return> = deps
        .desk
        .find(&context.caller.tenant, Return::KIND, id.0)
        .await?;
    let none = || Problem::new(Code::NotFound, format!("there is no return {id}"));
    returned
        .map(|returned| Json(returned.view()))
        .ok_or_else(none)
}

async fn answered(deps: &Deps, context: &Context, id: InstanceId) -> Result<Response, Problem> {
    if let Some(response) = deps.desk.answer(context, id).await? {
        return Ok(response);
    }
    let detail = "the return is being decided: ask again with the same Idempotency-Key";
    let mut pending = Problem::new(Code::IdempotencyInFlight, detail).after(Duration::from_secs(1));
    pending.status = StatusCode::ACCEPTED.as_u16();
    Err(pending)
}
