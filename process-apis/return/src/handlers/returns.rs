//! Returns: the commit is the pivot, the four legs go on without the caller.

use super::order_of;
use crate::Deps;
use crate::evaluate::{Taken, evaluate, shipments};
use crate::workflow::{NAME, Returning, TaxedUnit};
use axum::extract::State;
use axum::response::Response;
use crossdock_desk::not_started;
use crossdock_model::{Context, InstanceId, Refusal, ReturnId, UnitId};
use crossdock_outbound::InContext;
use crossdock_policy::Caused;
use crossdock_problem::{Code, Json, Path, Problem};
use crossdock_workflow::StartRequest;
use http::StatusCode;
use proc_order_contract::Order;
use proc_return_contract::{CommitReturn, Legs, Return, ReturnView};
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
    caused: Caused,
    context: InContext,
    Json(request): Json<CommitReturn>,
) -> Result<Response, Problem> {
    if let Some(bound) = deps.desk.bound(&caused.0)? {
        return answered(&deps, &context, bound).await;
    }
    let tenant = &context.caller.tenant;
    let order = order_of(&deps, tenant, request.order_id, request.customer.as_ref())?;
    let now = deps.desk.clock.now();
    let taken = evaluate(&order, &request.lines, deps.settings.window.get(), now)?;
    let id = deps.ids.next(now);
    let state = returning(ReturnId(id), &order, request, taken, now)?;
    let mut cause = caused.0;
    // The return belongs to the order's journey, so that one timeline shows both.
    cause.correlation = order.correlation.clone();
    let (key, partition) = (state.reference(), state.order());
    let request = StartRequest {
        workflow: NAME,
        id: InstanceId(id),
        key: key.as_str().into(),
        partition: &partition,
        state: &state,
        cause,
        inbox: None,
    };
    let started = deps.desk.engine.start(request).await.map_err(not_started)?;
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
    context: InContext,
    Path(id): Path<ReturnId>,
) -> Result<Json<ReturnView>, Problem> {
    let returned: Option<Return> = deps.desk.find(&context.caller.tenant, Return::KIND, id.0)?;
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

/// The return as its pivot will decide it.
fn returning(
    id: ReturnId,
    order: &Order,
    request: CommitReturn,
    taken: Taken,
    now: crossdock_model::Timestamp,
) -> Result<Returning, Refusal> {
    let shipments = shipments(order, &taken.units);
    let tax = shipments.iter().map(|(shipment, units)| {
        let rows = order.rows(units);
        let taxed = rows.iter().map(|unit| TaxedUnit {
            id: unit.id.to_string(),
            taxable: unit.taxable,
            tax: unit.tax,
        });
        (format!("{}-{shipment}", order.id), taxed.collect())
    });
    let ids: Vec<UnitId> = taken.units.iter().map(|unit| unit.unit.clone()).collect();
    Ok(Returning {
        liability: order.earned_liability(&ids)?,
        tax: tax.collect(),
        returned: Return {
            id,
            order_id: order.id,
            channel: request.channel,
            location: request.location,
            member: order.member.clone(),
            currency: order.currency,
            pins: order.pins.clone(),
            units: taken.units,
            share: taken.share,
            funding: order.redemption.as_ref().map(|burnt| burnt.funding.clone()),
            shipments,
            legs: Legs::default(),
            correlation: order.correlation.clone(),
            decided_at: now,
            closed_at: None,
        },
        lines: request.lines,
        program: order
            .earn
            .as_ref()
            .map(|earn| earn.program.clone())
            .or_else(|| order.redemption.as_ref().map(|burnt| burnt.program.clone())),
        refund: None,
        refund_settled_at: None,
        refund_failed: None,
        restored: None,
        reversed: None,
        goods_receipt: None,
        credit_memo: None,
        legs: Legs::default(),
    })
}
