//! Searches over instances: newest first, by whatever is asked, and never through what nobody asked for.

use super::read::collect;
use super::rows::{self, integer, nanos, status_code};
use super::table::WORKFLOW;
use crate::{InstanceQuery, InstanceRow};
use crossdock_model::{Tenant, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result, ToSql, params};
use std::cmp::Reverse;
use uuid::Uuid;

pub(super) fn instances(conn: &Connection, query: &InstanceQuery) -> Result<Vec<InstanceRow>> {
    let moment = conn.unchecked_transaction()?;
    let is_narrow = query.key.is_some() || query.correlation.is_some();
    let is_grouped = query.tenant.is_some() || query.workflow.is_some() || query.status.is_some();
    if is_narrow || !is_grouped {
        return matching(&moment, query);
    }
    let mut newest = Vec::new();
    let mut group = next_group(&moment, &Group::before_all())?;
    while let Some(is) = group {
        if is.is_asked_for(query) {
            newest.extend(newest_of(&moment, &is, query)?);
        }
        group = next_group(&moment, &is)?;
    }
    newest.sort_unstable_by_key(|id| Reverse(*id));
    newest.truncate(limit(query));
    let sql = format!("{} WHERE id = ?1", WORKFLOW.select);
    let mut row = moment.prepare_cached(&sql)?;
    newest
        .iter()
        .map(|id| row.query_row([id.as_bytes()], rows::instance))
        .collect()
}

fn limit(query: &InstanceQuery) -> usize {
    if query.limit == 0 { 50 } else { query.limit }
}

/// Instances of one tenant, workflow and status: together in one index, newest last.
///
/// There are as many as a retailer has workflows, however many instances: each is looked into, so that any of the three can be
/// left open.
struct Group {
    tenant: String,
    workflow: String,
    status: i64,
}

impl Group {
    fn before_all() -> Self {
        Self {
            tenant: String::new(),
            workflow: String::new(),
            status: -1,
        }
    }

    fn is_asked_for(&self, query: &InstanceQuery) -> bool {
        let is = |asked: Option<&str>, has: &str| asked.is_none_or(|asked| asked == has);
        let tenant = query.tenant.as_ref();
        is(tenant.map(Tenant::as_str), &self.tenant)
            && is(query.workflow.as_deref(), &self.workflow)
            && query.status.is_none_or(|it| status_code(it) == self.status)
    }
}

fn next_group(conn: &Connection, after: &Group) -> Result<Option<Group>> {
    // Three seeks, of which the first that finds something ends it; compared as one row value, the index would be walked.
    conn.prepare_cached(
        "SELECT * FROM (SELECT tenant, workflow, status FROM workflow INDEXED BY workflow_list
           WHERE tenant = ?1 AND workflow = ?2 AND status > ?3 ORDER BY status LIMIT 1)
         UNION ALL SELECT * FROM (SELECT tenant, workflow, status FROM workflow INDEXED BY workflow_list
           WHERE tenant = ?1 AND workflow > ?2 ORDER BY workflow, status LIMIT 1)
         UNION ALL SELECT * FROM (SELECT tenant, workflow, status FROM workflow INDEXED BY workflow_list
           WHERE tenant > ?1 ORDER BY tenant, workflow, status LIMIT 1)
         LIMIT 1",
    )?
    .query_row(params![after.tenant, after.workflow, after.status], |row| {
        Ok(Group {
            tenant: row.get(0)?,
            workflow: row.get(1)?,
            status: row.get(2)?,
        })
    })
    .optional()
}

fn newest_of(conn: &Connection, group: &Group, query: &InstanceQuery) -> Result<Vec<Uuid>> {
    // The largest id there is stands at the end; version 7 never reaches it.
    let before = query.before.map_or(Uuid::max(), |before| before.0);
    collect(
        conn,
        "SELECT id FROM workflow INDEXED BY workflow_list
         WHERE tenant = ?1 AND workflow = ?2 AND status = ?3 AND id < ?4 ORDER BY id DESC LIMIT ?5",
        params![
            group.tenant,
            group.workflow,
            group.status,
            before.as_bytes(),
            integer(limit(query) as u64)
        ],
        |row| rows::uuid(row, 0),
    )
}

/// Only the conditions that are asked for stand in the statement; where one of them finds a few at once, by its index.
fn matching(conn: &Connection, query: &InstanceQuery) -> Result<Vec<InstanceRow>> {
    let by = match (&query.key, &query.correlation) {
        (Some(_), _) => " INDEXED BY workflow_key",
        (None, Some(_)) => " INDEXED BY workflow_journey",
        (None, None) => "",
    };
    let mut sql = format!("{}{by} WHERE 1", WORKFLOW.select);
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut and = |condition: &str, value: Option<Box<dyn ToSql>>| {
        if let Some(value) = value {
            sql.push_str(condition);
            values.push(value);
        }
    };
    let text =
        |value: Option<&str>| value.map(|value| Box::new(value.to_owned()) as Box<dyn ToSql>);
    let status = query.status.map(status_code);
    let before = query.before.map(|before| before.0.into_bytes());
    and(
        " AND tenant = ?",
        text(query.tenant.as_ref().map(Tenant::as_str)),
    );
    and(" AND workflow = ?", text(query.workflow.as_deref()));
    and(" AND key = ?", text(query.key.as_deref()));
    and(" AND correlation = ?", text(query.correlation.as_deref()));
    and(
        " AND status = ?",
        status.map(|it| Box::new(it) as Box<dyn ToSql>),
    );
    and(
        " AND id < ?",
        before.map(|it| Box::new(it) as Box<dyn ToSql>),
    );
    sql.push_str(" ORDER BY id DESC LIMIT ?");
    values.push(Box::new(integer(limit(query) as u64)));
    collect(
        conn,
        &sql,
        rusqlite::params_from_iter(values),
        rows::instance,
    )
}

/// The indexes are named, because without them the planner walks all instances in the order of their ids.
pub(super) fn runnable(
    conn: &Connection,
    horizon: Timestamp,
    limit: usize,
) -> Result<Vec<InstanceRow>> {
    let select = WORKFLOW.select;
    let sql = format!(
        "{select} INDEXED BY workflow_active WHERE status IN (0, 2)
         UNION ALL {select} INDEXED BY workflow_due WHERE due IS NOT NULL AND due <= ?1 AND status NOT IN (0, 2)
         ORDER BY id LIMIT ?2"
    );
    collect(
        conn,
        &sql,
        params![nanos(horizon), integer(limit as u64)],
        rows::instance,
    )
}
