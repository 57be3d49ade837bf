//! Taking an order in: one reference is one order, whoever asks how often.

use crate::{Deps, find};
use axum::response::{IntoResponse as _, Response};
use crossdock_desk::{broken, read};
use crossdock_model::{Context, InstanceId, OrderId, Tenant};
use crossdock_problem::{Code, Json, Problem};
use crossdock_store::Cause;
use crossdock_workflow::{StartError, StartRequest, Started, State};
use http::{HeaderValue, StatusCode, header};
use proc_order_contract::{Lifecycle, Order, OrderView};
use std::time::Duration;

/// How often a refused reference may be tried again.
const MOST_ATTEMPTS: u32 = 100;

/// The business key that one order of the tenant has.
pub(crate) fn unique_reference(order: &Order) -> String {
    reference(
        &order.channel,
        &order.account,
        &order.channel_ref,
        order.attempt,
    )
}

fn reference(channel: &str, account: &str, channel_ref: &str, attempt: u32) -> String {
    match attempt {
        1 => format!("{channel}/{account}/{channel_ref}"),
        again => format!("{channel}/{account}/{channel_ref}~{again}"),
    }
}

/// What a channel's reference stands for so far.
pub(crate) enum Reference {
    /// Nothing: this would be that try.
    Free(u32),
    /// The same request was taken in before.
    Same(Box<Order>),
}

/// Looks the reference up; another order with it is refused.
pub(crate) fn find_reference(
    deps: &Deps,
    tenant: &Tenant,
    wanted: &Order,
) -> Result<Reference, Problem> {
    for attempt in 1..=MOST_ATTEMPTS {
        let key = reference(
            &wanted.channel,
            &wanted.account,
            &wanted.channel_ref,
            attempt,
        );
        let found = deps
            .desk
            .store
            .record_by_key(tenant, Order::KIND, "channel-ref", &key);
        let Some(record) = found.map_err(broken)? else {
            return Ok(Reference::Free(attempt));
        };
        let order: Order = read(&record)?;
        if order.lifecycle == Lifecycle::Rejected {
            continue;
        }
        if order.request_hash == wanted.request_hash {
            return Ok(Reference::Same(Box::new(order)));
        }
        let detail = format!(
            "reference '{}' is order {}: use a new reference for another order",
            wanted.channel_ref, order.id
        );
        return Err(Problem::new(Code::OrderReferenceReused, detail));
    }
    let detail = format!(
        "reference '{}' was refused {MOST_ATTEMPTS} times: use a new one",
        wanted.channel_ref
    );
    Err(Problem::new(Code::OrderReferenceReused, detail))
}

/// Starts a workflow of an order and waits for its answer.
pub(crate) async fn start<S: State>(
    deps: &Deps,
    context: &Context,
    cause: Cause,
    (workflow, key): (&str, &str),
    (order, state): (&Order, &S),
) -> Result<Outcome, Problem> {
    let id = if workflow == crate::workflows::cancel_order::NAME {
        InstanceId(deps.ids.next(deps.desk.clock.now()))
    } else {
        InstanceId(order.id.0)
    };
    let partition = order.id.to_string();
    let request = StartRequest {
        workflow,
        id,
        key: key.into(),
        partition: &partition,
        state,
        cause,
        inbox: None,
    };
    match deps.desk.engine.start(request).await {
        Ok(Started::New(id) | Started::Attached(id)) => {
            answered(deps, context, id).await.map(Outcome::Response)
        }
        Err(StartError::Refused(refusal)) if refusal.code == "already_exists" => Ok(Outcome::Taken),
        Err(error) => Err(crossdock_desk::not_started(error)),
    }
}

/// What came of a start.
pub(crate) enum Outcome {
    /// The stored answer, or 202.
    Response(Response),
    /// Somebody else took the reference meanwhile.
    Taken,
}

/// The stored answer of a workflow's pivot, or 202 with the order as it stands.
pub(crate) async fn answered(
    deps: &Deps,
    context: &Context,
    id: InstanceId,
) -> Result<Response, Problem> {
    match deps.desk.answer(context, id).await? {
        Some(response) => Ok(response),
        None => received(deps, context, id),
    }
}

/// 202 with the order as it stands, and where to read it again.
fn received(deps: &Deps, context: &Context, id: InstanceId) -> Result<Response, Problem> {
    let order = find(deps, &context.caller.tenant, OrderId(id.0))?;
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
