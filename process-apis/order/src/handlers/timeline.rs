//! An order's unified timeline.

use crate::{Deps, find, summary};
use axum::extract::State;
use crossdock_model::{InstanceId, OrderId};
use crossdock_outbound::InContext;
use crossdock_problem::{Code, Json, Path, Problem};
use crossdock_store::{InstanceQuery, StoredEvent};
use proc_order_contract::{
    Order, Position, Share, Timeline, TimelineEntry, UnitState, WorkflowStep,
};

/// Read what happened to an order, everywhere: events, workflow steps, backend references, position.
#[utoipa::path(
    get, path = "/orders/{id}/timeline", operation_id = "order_timeline", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The timeline, oldest first", body = Timeline),
        (status = 404, description = "No such order, or not yours"),
    ),
)]
pub(crate) async fn get_timeline(
    State(deps): State<Deps>,
    context: InContext,
    Path(id): Path<OrderId>,
) -> Result<Json<Timeline>, Problem> {
    let tenant = &context.caller.tenant;
    let order = find(&deps, tenant, id)?.ok_or_else(|| crate::no_order(id))?;
    let events = deps
        .desk
        .store
        .journey(tenant, &order.correlation.0)
        .map_err(crossdock_desk::broken)?;
    let entries = events.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(Timeline {
        order_id: id,
        entries,
        steps: steps(&deps, &context, &order)?,
        position: position(&order),
        as_of: deps.desk.clock.now(),
    }))
}

fn entry(event: &StoredEvent) -> Result<TimelineEntry, Problem> {
    let data: serde_json::Value = serde_json::from_slice(&event.data)
        .map_err(|error| Problem::new(Code::Internal, format!("event {}: {error}", event.id)))?;
    Ok(TimelineEntry {
        at: event.at,
        lane: event.feed.to_string(),
        event: event.kind.to_string(),
        summary: summary::of(&event.kind, &data),
        data,
    })
}

/// The steps of every workflow of the journey.
fn steps(deps: &Deps, context: &InContext, order: &Order) -> Result<Vec<WorkflowStep>, Problem> {
    let query = InstanceQuery {
        tenant: Some(context.caller.tenant.clone()),
        correlation: Some(order.correlation.to_string()),
        limit: 200,
        ..InstanceQuery::default()
    };
    let mut rows = deps
        .desk
        .engine
        .find(&query)
        .map_err(crossdock_desk::unreadable)?;
    rows.sort_by_key(|row| row.id);
    let mut steps = Vec::new();
    for row in rows {
        steps.extend(workflow_steps(deps, row.id)?);
    }
    Ok(steps)
}

fn workflow_steps(deps: &Deps, id: InstanceId) -> Result<Vec<WorkflowStep>, Problem> {
    let view = deps
        .desk
        .engine
        .describe(id)
        .map_err(crossdock_desk::unreadable)?;
    let Some(view) = view else {
        return Ok(Vec::new());
    };
    // A group of legs is no step of its own: its legs' steps are in the list.
    let nodes = view
        .nodes
        .iter()
        .filter(|node| !node.id.starts_with("all("));
    let steps = nodes.map(|node| WorkflowStep {
        workflow: view.summary.workflow.clone(),
        instance: id.to_string(),
        step: node.id.clone(),
        state: node.state.clone(),
        attempts: node.attempts,
        effect_key: node.effect_key.clone(),
        problem: node.last_error.clone(),
    });
    Ok(steps.collect())
}

fn position(order: &Order) -> Position {
    use crossdock_model::Money;
    let money = |minor| Money::new(minor, order.currency);
    let returned = Share::of(order.units_in(UnitState::Returned));
    let cancelled = Share::of(order.units_in(UnitState::Cancelled));
    let captured: i64 = order
        .shipments
        .iter()
        .map(|left| order.shipment_share(&left.id).net_paid)
        .sum();
    let burnt = order.redemption.as_ref().map_or(0, |burnt| burnt.points);
    let earned = order.earn.as_ref().map_or(0, |earn| earn.points);
    Position {
        total: order.totals.card,
        captured: money(captured),
        refunded: money(returned.net_paid),
        points_burnt: burnt - returned.burn_points - cancelled.burn_points,
        points_earned: earned - returned.earn_points - cancelled.earn_points,
    }
}
