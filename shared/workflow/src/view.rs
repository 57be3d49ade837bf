//! What people see of instances: lists, one instance with its journal, the exception desk.

#[cfg(test)]
use crate::core::Instance;
use crate::core::{NodeState, Row, St};
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
    /// Which instance.
    pub id: InstanceId,
    /// Of which workflow.
    pub workflow: String,
    /// The hash of the definition it is pinned to.
    pub definition: String,
    /// Whose it is.
    pub tenant: Tenant,
    /// The business key.
    pub key: String,
    /// The journey.
    pub correlation: String,
    /// Where it stands.
    pub status: Status,
    /// The earliest time it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// When it started.
    pub started: Timestamp,
    /// When it last moved.
    pub updated: Timestamp,
    /// What waits for a person.
    pub parked: Vec<Parked>,
}

/// One instance in full.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InstanceView {
    /// As in a list.
    #[serde(flatten)]
    pub summary: InstanceSummary,
    /// Whether it has passed its point of no return.
    pub pivoted: bool,
    /// Why it goes, or went, backward.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// What is at stake.
    pub at_risk: AtRisk,
    /// What it knows.
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
    /// Its id.
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
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub what: String,
    /// To which node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// With which values.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// Something on the exception desk.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExceptionView {
    /// The instance.
    pub instance: InstanceSummary,
    /// What is at stake.
    pub at_risk: AtRisk,
    /// What waits, and what to do about it.
    pub parked: Vec<Parked>,
}

impl Engine {
    /// Instances that match, newest first.
    pub fn find(&self, query: &InstanceQuery) -> Result<Vec<InstanceSummary>, EngineError> {
        let rows = self.inner.store.instances(query)?;
        Ok(rows.into_iter().map(summary).collect())
    }

    /// One instance in full.
    pub fn describe(&self, id: InstanceId) -> Result<Option<InstanceView>, EngineError> {
        let Some(stored) = self.inner.store.instance(id)? else {
            return Ok(None);
        };
        let plan = self.inner.plan(id, &stored.row.birth)?;
        let entries = self.inner.store.journal(id)?;
        let instance = self
            .inner
            .fold(id, &stored.row.birth, &plan, (None, &entries))?;
        let unreadable = |why: String| EngineError::Unreadable { instance: id, why };
        let state = plan
            .book
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
            at_risk: plan.book.at_risk(&instance.state),
            state,
            nodes: nodes
                .map(|(node, standing)| node_view(id, node, standing))
                .collect(),
            answer: self.inner.store.answer(id)?,
            journal: journal.map_err(|error: serde_json::Error| unreadable(error.to_string()))?,
        }))
    }

    /// What waits for a person, newest first.
    pub fn exceptions(
        &self,
        tenant: Option<&Tenant>,
        limit: usize,
    ) -> Result<Vec<ExceptionView>, EngineError> {
        let status = Some(Status::Parked);
        let query = InstanceQuery {
            tenant: tenant.cloned(),
            status,
            limit,
            ..InstanceQuery::default()
        };
        let mut views = Vec::new();
        for row in self.inner.store.instances(&query)? {
            // It may have moved on since the list was read.
            let Some(found) = self.inner.load(row.id)? else {
                continue;
            };
            let at_risk = found.plan.book.at_risk(&found.instance.state);
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
        Ok(views)
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
        workflow: row.birth.workflow.to_string(),
        definition: row.birth.definition.to_string(),
        tenant: row.birth.tenant,
        key: row.birth.key.to_string(),
        correlation: row.birth.correlation.to_string(),
        status: row.status,
        due: row.due,
        started: row.started,
        updated: row.updated,
        parked: parked.unwrap_or_default(),
    }
}

fn node_view(id: InstanceId, node: &Node, standing: &NodeState) -> NodeView {
    let undo = matches!(
        standing.st,
        St::UndoRunning | St::UndoBackoff | St::UndoParked | St::Undone
    );
    NodeView {
        id: node.id.clone(),
        code: node.code.clone(),
        state: word(standing.st).to_owned(),
        attempts: standing.tries,
        deliveries: standing.sent,
        deaths: standing.deaths,
        effect_key: crate::key::step_key(id, &node.id, undo, standing.intent).to_string(),
        in_doubt: standing.doubt,
        due: standing.due,
        last_error: standing.note.as_deref().map(str::to_owned),
        parked: standing.parked.as_deref().cloned(),
    }
}

fn word(st: St) -> &'static str {
    match st {
        St::Idle => "idle",
        St::Running => "running",
        St::Backoff => "backoff",
        St::Waiting => "waiting",
        St::Parked => "parked",
        St::Done => "done",
        St::Skipped => "skipped",
        St::Refused => "refused",
        St::UndoRunning => "undoing",
        St::UndoBackoff => "undo-backoff",
        St::UndoParked => "undo-parked",
        St::Undone => "undone",
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

/// Used by the simulation: the fold of a journal is the instance.
#[cfg(test)]
pub(crate) fn fingerprint(instance: &Instance) -> String {
    let nodes = serde_json::to_string(&instance.nodes).unwrap_or_default();
    format!(
        "{:?} {nodes} {} {:?}",
        instance.phase, instance.pivoted, instance.seen
    )
}
