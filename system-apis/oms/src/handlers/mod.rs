//! What each operation does: pick the connector, keep the effect one, answer.

pub(crate) mod abilities;
pub(crate) mod availability;
pub(crate) mod fulfilment_orders;
pub(crate) mod hooks;
pub(crate) mod orders;
pub(crate) mod receipts;
pub(crate) mod reservations;

use crate::Oms;
use crate::port::OmsBackend;
use crossdock_model::{Context, Delivery, Fault};
use crossdock_outbound::{Ability, Attempted, OnConnector, RoutingKey, safely};
use crossdock_problem::{Code, Json, Problem};
use std::sync::Arc;

/// The backend that serves the caller.
pub(crate) fn backend<'a>(
    oms: &'a Oms,
    on: &OnConnector,
    context: &Context,
) -> Result<&'a Arc<dyn OmsBackend>, Problem> {
    let tenant = &context.caller.tenant;
    let picked = oms
        .connectors
        .pick(on.0.as_ref(), tenant, &RoutingKey::default())?;
    Ok(picked.1)
}

/// Brings an effect about once, however often it is delivered.
pub(crate) async fn once<T, C, P>(
    oms: &Oms,
    delivery: &Delivery,
    ability: Ability,
    call: impl Fn() -> C,
    probe: impl Fn() -> P,
) -> Result<Json<T>, Problem>
where
    C: Future<Output = Result<T, Fault>>,
    P: Future<Output = Attempted<T>>,
{
    let done = safely(delivery, ability, &*oms.clock, call, probe).await?;
    Ok(Json(done))
}

/// The probe of what is told apart by its state: there is nothing to find, taking it again is safe.
pub(crate) async fn by_state<T>() -> Attempted<T> {
    Ok(None)
}

/// What was looked up, or 404 with what was looked for.
pub(crate) fn there<T>(found: Option<T>, what: &str) -> Result<Json<T>, Problem> {
    found.map(Json).ok_or_else(|| {
        Problem::new(
            Code::NotFound,
            format!("the OMS has no {what}: check the reference"),
        )
    })
}
