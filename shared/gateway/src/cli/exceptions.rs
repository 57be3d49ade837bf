//! `crossdock exceptions`: what waits for a person, why, and letting it go on.

use crate::cli::{Client, Common, Failure, items, print, text};
use clap::Subcommand;
use crossdock_model::Tier;
use serde_json::{Value, json};

/// The exception desk: instances that wait for a person.
#[derive(Debug, Subcommand)]
pub(crate) enum Exceptions {
    /// List what waits for a person, newest first.
    List {
        /// Go on where a list ended that said so.
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Show one: what failed, what is at risk, what to do.
    Show {
        /// The workflow instance, from the list.
        id: uuid::Uuid,
    },
    /// Let a parked instance go on.
    Retry {
        /// The workflow instance, from the list.
        id: uuid::Uuid,
        /// Only this node; every parked one when absent.
        #[arg(long)]
        node: Option<String>,
        /// Who lets it go on; stands in the journal.
        #[arg(long)]
        by: String,
        /// Why; stands in the journal.
        #[arg(long)]
        why: String,
    },
    /// Take a node for done that was done by hand, or give the answer that it waits for.
    Skip {
        /// The workflow instance, from the list.
        id: uuid::Uuid,
        /// The node, from the list.
        #[arg(long)]
        node: String,
        /// What came of it, as JSON, in the shape that its next action names; nothing where it names none.
        #[arg(long, default_value = "null")]
        result: String,
        /// Who did it; stands in the journal.
        #[arg(long)]
        by: String,
        /// Why; stands in the journal.
        #[arg(long)]
        why: String,
    },
}

pub(crate) async fn run(common: &Common, exceptions: &Exceptions) -> Result<(), Failure> {
    let client = Client::find(common, Tier::Process)?;
    match exceptions {
        Exceptions::List { cursor } => {
            list(common, &client, cursor.as_deref()).await?;
        }
        Exceptions::Show { id } => {
            let found = client.operations(&format!("/exceptions/{id}")).await?;
            print::json(&found);
        }
        Exceptions::Retry { id, node, by, why } => {
            let body = json!({ "node": node, "by": by, "why": why });
            client
                .operate(&format!("/exceptions/{id}/retries"), &body)
                .await?;
            print::message(&format!("{id} goes on: see workflows show {id}"));
        }
        Exceptions::Skip {
            id,
            node,
            result,
            by,
            why,
        } => {
            let output: Value = serde_json::from_str(result).map_err(|error| {
                Failure::usage(format!(
                    "--result is not JSON: {error}; a text needs its quotes, '\"R-1\"'"
                ))
            })?;
            let body = json!({ "node": node, "output": output, "by": by, "why": why });
            client
                .operate(&format!("/exceptions/{id}/skips"), &body)
                .await?;
            print::message(&format!(
                "{node} of {id} is taken for done: see workflows show {id}"
            ));
        }
    }
    Ok(())
}

async fn list(common: &Common, client: &Client, cursor: Option<&str>) -> Result<(), Failure> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(cursor.iter().map(|cursor| ("cursor", cursor)));
    let path = format!("/exceptions?{}", query.finish());
    let page = client.operations(&path).await?;
    if common.is_json() {
        print::json(&page);
        return Ok(());
    }
    let found = items(&page, "items");
    let headings = [
        "INSTANCE",
        "WORKFLOW",
        "KEY",
        "NODE",
        "CODE",
        "MONEY AT RISK",
        "NEXT ACTION",
    ];
    print::table(&headings, &found.iter().map(row).collect::<Vec<_>>());
    if found.is_empty() {
        print::message("nothing waits for a person");
    }
    print::more(&page);
    Ok(())
}

fn row(item: &Value) -> Vec<String> {
    let money = [
        text(item, "/atRisk/money/amount"),
        text(item, "/atRisk/money/currency"),
    ]
    .join(" ");
    vec![
        text(item, "/instance/id"),
        text(item, "/instance/workflow"),
        text(item, "/instance/key"),
        text(item, "/parked/0/node"),
        text(item, "/parked/0/code"),
        money.trim().to_owned(),
        text(item, "/parked/0/nextAction"),
    ]
}
