//! An order's unified timeline: the events of its correlation, the steps of its workflows, its position.

mod summary;

use crossdock_desk::{Desk, engine_problem, journal_problem, store_problem};
use crossdock_model::{InstanceId, Tenant};
use crossdock_problem::{Code, Problem};
use crossdock_store::{InstanceQuery, StoredEvent};
use proc_order_contract::{
    Order, Position, Share, Timeline, TimelineEntry, UnitState, WorkflowStep,
};

/// The timeline as it stands now.
pub(crate) async fn of(desk: &Desk, tenant: &Tenant, order: &Order) -> Result<Timeline, Problem> {
    let events = desk
        .store
        .correlated_events(tenant, &order.correlation.0)
        .await;
    let events = events.map_err(store_problem)?;
    let entries = events.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    Ok(Timeline {
        order_id: order.id,
        entries,
        steps: steps(desk, tenant, order).await?,
        position: position(order),
        as_of: desk.clock.now(),
    })
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

/// The steps of every workflow of the correlation, oldest instance first.
async fn steps(desk: &Desk, tenant: &Tenant, order: &Order) -> Result<Vec<WorkflowStep>, Problem> {
    let query = InstanceQuery {
        tenant: Some(tenant.clone()),
        correlation: Some(order.correlation.to_string()),
        limit: 200,
        ..InstanceQuery::default()
    };
    let mut rows = desk.engine.find(&query).await.map_err(engine_problem)?;
    rows.sort_by_key(|row| row.id);
    let mut steps = Vec::new();
    for row in rows {
        steps.extend(workflow_steps(desk, row.id).await?);
    }
    Ok(steps)
}

async fn workflow_steps(desk: &Desk, id: InstanceId) -> Result<Vec<WorkflowStep>, Problem> {
    let view = desk.engine.describe(id).await.map_err(journal_problem)?;
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

/// Money and points as the order's units say they stand, without asking a backend.
fn position(order: &Order) -> Position {
    let returned = Share::of(order.units_in(UnitState::Returned));
    let cancelled = Share::of(order.units_in(UnitState::Cancelled));
    let burnt = order.redemption.as_ref().map_or(0, |burnt| burnt.points);
    let earned = order.earn.as_ref().map_or(0, |earn| earn.points);
    Position {
        total: order.totals.card,
        captured: order.taken(),
        refunded: order.refunded(),
        points_burnt: burnt - returned.burn_points - cancelled.burn_points,
        points_earned: earned - returned.earn_points - cancelled.earn_points,
    }
}
