//! What people see of instances: lists, one instance with its journal, the exception desk.

use crate::core::{NodeState, NodeStatus, Row};
use crate::define::{AtRisk, Node, Parked};
use crate::runtime::{Engine, EngineError, Plan};
use bytes::Bytes;
use crossdock_model::{InstanceId, Refusal, Tenant, Timestamp};
use crossdock_store::{Answer, InstanceQuery, InstanceRow, Status};
use serde::Serialize;

/// An instance in a list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceSummary {
    /// The id of the instance.
    pub id: InstanceId,
    /// The name of its workflow.
    pub workflow: String,
    /// The hash of the definition it is pinned to.
    pub definition: String,
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// The business key it was started under.
    pub key: String,
    /// The correlation id, shared with everything that the same first call caused.
    pub correlation: String,
    /// Its status: running, waiting, parked, over.
    pub status: Status,
    /// The earliest time it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When its start was committed.
    pub started: Timestamp,
    /// When its last batch was committed.
    pub updated: Timestamp,
    /// What waits for a person.
    pub parked: Vec<Parked>,
}

/// One instance with its nodes and its journal.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceView {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: InstanceSummary,
    /// Whether it has passed its point of no return.
    pub pivoted: bool,
    /// Why it goes, or went, backward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// The money and points that nobody has settled yet.
    pub at_risk: AtRisk,
    /// The workflow's state, as JSON.
    pub state: serde_json::Value,
    /// Its nodes in reading order.
    pub nodes: Vec<NodeView>,
    /// What its caller was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Everything that happened, oldest first.
    pub journal: Vec<JournalRow>,
}

/// A node of an instance.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeView {
    /// The node's id in the definition.
    pub id: String,
    /// The code it binds to, `name@major`.
    pub code: String,
    /// Where it stands: `idle`, `running`, `backoff`, `waiting`, `parked`, `done`, …
    pub state: String,
    /// Attempts since its start or the last resume.
    pub attempts: u32,
    /// Deliveries under its current key.
    pub deliveries: u32,
    /// Process deaths during an attempt.
    pub deaths: u16,
    /// The key of its effect, findable in a vendor's log.
    pub effect_key: String,
    /// Whether an attempt may have had its effect.
    pub in_doubt: bool,
    /// When it is looked at again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Why it last did not succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// Why it waits for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parked: Option<Parked>,
}

/// One line of a journal, readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalRow {
    /// When the entry was committed.
    pub at: Timestamp,
    /// What happened, in a word or two.
    pub what: String,
    /// The id of the node it happened to, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The values it happened with.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Something on the exception desk.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionView {
    /// The instance that waits for a person.
    pub instance: InstanceSummary,
    /// The money and points that nobody has settled yet.
    pub at_risk: AtRisk,
    /// What waits, and what to do about it.
    pub parked: Vec<Parked>,
}

impl Engine {
    /// Instances that match, newest first.
    pub async fn find(&self, query: &InstanceQuery) -> Result<Vec<InstanceSummary>, EngineError> {
        let rows = self.inner.store.instances(query).await?;
        Ok(rows.into_iter().map(summary).collect())
    }

    /// One instance with its nodes and its journal.
    pub async fn describe(&self, id: InstanceId) -> Result<Option<InstanceView>, EngineError> {
        let Some(stored) = self.inner.store.history(id).await? else {
            return Ok(None);
        };
        let plan = self.inner.plan(id, &stored.row.header).await?;
        let entries = stored.entries;
        let instance = self
            .inner
            .fold(id, &stored.row.header, &plan, (None, &entries))?;
        let unreadable = |why: String| EngineError::Unreadable { instance: id, why };
        let state = plan
            .code
            .encode(&instance.state)
            .map_err(|error| unreadable(error.to_string()))?;
        let state =
            serde_json::from_str(state.get()).map_err(|error| unreadable(error.to_string()))?;
        let nodes = plan.definition.nodes.iter().zip(&instance.nodes);
        let journal: Result<_, _> = entries
            .iter()
            .map(|bytes| journal_row(&plan, bytes))
            .collect();
        let mut summary = summary(stored.row);
        summary.parked = instance
            .parked()
            .map(|parked| Parked::clone(parked))
            .collect();
        Ok(Some(InstanceView {
            summary,
            pivoted: instance.pivoted,
            refusal: instance.refusal.as_deref().cloned(),
            at_risk: plan.code.at_risk(&instance.state),
            state,
            nodes: nodes
                .map(|(node, node_state)| node_view(id, node, node_state))
                .collect(),
            answer: stored.answer,
            journal: journal.map_err(|error: serde_json::Error| unreadable(error.to_string()))?,
        }))
    }

    /// What waits for a person, newest first, older than `before` where given.
    pub async fn exceptions(
        &self,
        tenant: Option<&Tenant>,
        before: Option<InstanceId>,
        limit: usize,
    ) -> Result<Vec<ExceptionView>, EngineError> {
        let mut query = InstanceQuery {
            tenant: tenant.cloned(),
            status: Some(Status::Parked),
            before,
            ..InstanceQuery::default()
        };
        let mut views = Vec::new();
        while views.len() < limit {
            query.limit = limit - views.len();
            let rows = self.inner.store.instances(&query).await?;
            let Some(last) = rows.last() else { break };
            query.before = Some(last.id);
            self.view_parked(rows, &mut views).await?;
        }
        Ok(views)
    }

    async fn view_parked(
        &self,
        rows: Vec<InstanceRow>,
        views: &mut Vec<ExceptionView>,
    ) -> Result<(), EngineError> {
        for row in rows {
            // It may have moved on since the list was read.
            let Some(found) = self.inner.load(row.id).await? else {
                continue;
            };
            let at_risk = found.plan.code.at_risk(&found.instance.state);
            let parked = found
                .instance
                .parked()
                .map(|parked| Parked::clone(parked))
                .collect();
            views.push(ExceptionView {
                instance: summary(row),
                at_risk,
                parked,
            });
        }
        Ok(())
    }
}

fn summary(row: InstanceRow) -> InstanceSummary {
    let parked = row
        .parked
        .as_deref()
        .map(serde_json::from_slice)
        .and_then(Result::ok);
    InstanceSummary {
        id: row.id,
        workflow: row.header.workflow.to_string(),
        definition: row.header.definition.to_string(),
        tenant: row.header.tenant,
        key: row.header.key.to_string(),
        correlation: row.header.correlation.to_string(),
        status: row.status,
        due: row.due,
        started: row.started,
        updated: row.updated,
        parked: parked.unwrap_or_default(),
    }
}

fn node_view(id: InstanceId, node: &Node, node_state: &NodeState) -> NodeView {
    let undo = matches!(
        node_state.status,
        NodeStatus::UndoRunning
            | NodeStatus::UndoBackoff
            | NodeStatus::UndoParked
            | NodeStatus::Undone
    );
    NodeView {
        id: node.id.clone(),
        code: node.code.clone(),
        state: status_name(node_state.status).to_owned(),
        attempts: node_state.tries,
        deliveries: node_state.sent,
        deaths: node_state.deaths,
        effect_key: crate::key::step_key(id, &node.id, undo, node_state.intent).to_string(),
        in_doubt: node_state.doubt,
        due: node_state.due,
        last_error: node_state.note.as_deref().map(str::to_owned),
        parked: node_state.parked.as_deref().cloned(),
    }
}

fn status_name(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Idle => "idle",
        NodeStatus::Running => "running",
        NodeStatus::Backoff => "backoff",
        NodeStatus::Waiting => "waiting",
        NodeStatus::Parked => "parked",
        NodeStatus::Done => "done",
        NodeStatus::Skipped => "skipped",
        NodeStatus::Refused => "refused",
        NodeStatus::UndoRunning => "undoing",
        NodeStatus::UndoBackoff => "undo-backoff",
        NodeStatus::UndoParked => "undo-parked",
        NodeStatus::Undone => "undone",
    }
}

fn journal_row(plan: &Plan, bytes: &Bytes) -> Result<JournalRow, serde_json::Error> {
    let (at, entry) = Row::decode(bytes)?;
    let (what, detail) = (entry.what(), entry.detail());
    let node = entry
        .node()
        .and_then(|n| plan.definition.node(n))
        .map(|node| node.id.clone());
    Ok(JournalRow {
        at,
        what: what.to_owned(),
        node,
        detail,
    })
}
