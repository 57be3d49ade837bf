//! `crossdock workflows`: what runs, and one run with everything that happened to it.

use crate::cli::{Client, Common, Failure, items, print, text};
use clap::{Args, Subcommand};
use crossdock_model::Tier;
use serde_json::Value;

/// What runs, and one run with its journal.
#[derive(Debug, Subcommand)]
pub(crate) enum Workflows {
    /// List instances, newest first.
    List(List),
    /// Show one with its nodes and its journal.
    Show {
        /// The instance's id, from the list.
        id: uuid::Uuid,
    },
}

/// Which instances to list; what is left out does not restrict.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only instances of this workflow, as place-order.
    #[arg(long)]
    workflow: Option<String>,
    /// Only instances of this status: Running, Waiting, Parked, Completed, …
    #[arg(long)]
    status: Option<String>,
    /// Only instances with this correlation id.
    #[arg(long)]
    correlation: Option<String>,
    /// At most so many (200).
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// Go on where a list ended that said so.
    #[arg(long)]
    cursor: Option<String>,
}

pub(crate) async fn run(common: &Common, workflows: &Workflows) -> Result<(), Failure> {
    let client = Client::find(common, Tier::Process)?;
    match workflows {
        Workflows::List(list) => {
            let found = client
                .operations(&format!("/workflows?{}", list.query()))
                .await?;
            if common.is_json() {
                print::json(&found);
            } else {
                print::table(
                    &["INSTANCE", "WORKFLOW", "KEY", "STATUS", "STARTED"],
                    &rows(&found),
                );
                print::more(&found);
            }
        }
        Workflows::Show { id } => {
            let found = client.operations(&format!("/workflows/{id}")).await?;
            if common.is_json() {
                print::json(&found);
            } else {
                show(&found);
            }
        }
    }
    Ok(())
}

impl List {
    fn query(&self) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("limit", &self.limit.to_string());
        let named = [
            ("workflow", &self.workflow),
            ("status", &self.status),
            ("correlation", &self.correlation),
            ("cursor", &self.cursor),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                pairs.append_pair(name, value);
            }
        }
        pairs.finish()
    }
}

fn rows(found: &Value) -> Vec<Vec<String>> {
    let columns = ["/id", "/workflow", "/key", "/status", "/started"];
    let row = |item: &Value| columns.iter().map(|at| text(item, at)).collect();
    items(found, "items").iter().map(row).collect()
}

fn show(found: &Value) {
    for member in [
        "id",
        "workflow",
        "key",
        "status",
        "correlation",
        "started",
        "updated",
    ] {
        print::out(&format!(
            "{member:<12} {}",
            text(found, &format!("/{member}"))
        ));
    }
    print::out("");
    let nodes = items(found, "nodes");
    let columns = ["/id", "/state", "/attempts", "/effectKey", "/lastError"];
    let rows: Vec<Vec<String>> = nodes
        .iter()
        .map(|node| columns.iter().map(|at| text(node, at)).collect())
        .collect();
    print::table(
        &["NODE", "STATE", "TRIES", "EFFECT KEY", "LAST ERROR"],
        &rows,
    );
    print::out("");
    let columns = ["/at", "/what", "/node", "/detail"];
    let short = |line: &Value| {
        columns
            .iter()
            .map(|at| text(line, at).chars().take(100).collect())
            .collect()
    };
    let rows: Vec<Vec<String>> = items(found, "journal").iter().map(short).collect();
    print::table(&["AT", "WHAT", "NODE", "DETAIL"], &rows);
}
