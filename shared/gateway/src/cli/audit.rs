//! `crossdock audit verify`: whether who asked for what is still what was written.

use crate::cli::client::LONG_TIMEOUT;
use crate::cli::tiers::ask_each;
use crate::cli::{Common, Failure, print, text};
use clap::Subcommand;
use crossdock_model::Tier;
use serde_json::{Value, json};

/// The audit chains.
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Read every chain from its beginning, the archive's months too; fails at the first row that is not what was written.
    Verify,
}

pub(crate) async fn run(common: &Common, audit: &Audit) -> Result<(), Failure> {
    let Audit::Verify = audit;
    let path = |tier: Tier| format!("/audit?tier={}", tier.as_str());
    let found = ask_each(common, &[Tier::Process, Tier::System], (path, LONG_TIMEOUT)).await?;
    if common.is_json() {
        print::json(&json!({ "items": found }));
    } else {
        let columns = ["/store", "/rows", "/heads"];
        let row = |store: &Value| {
            columns
                .map(|at| match store.pointer(at) {
                    Some(Value::Array(chains)) => chains.len().to_string(),
                    _other => text(store, at),
                })
                .to_vec()
        };
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        print::table(&["STORE", "ROWS", "CHAINS"], &rows);
    }
    let bad: Vec<String> = found.iter().filter_map(bad).collect();
    if bad.is_empty() {
        Ok(())
    } else {
        Err(Failure::failed(bad.join("\n")))
    }
}

/// The row of a store that is not what was written, and what to do.
fn bad(store: &Value) -> Option<String> {
    let row = store.get("firstBad").filter(|row| !row.is_null())?;
    Some(format!(
        "{}.db: row {} of the audit chain of shard {} is not what was written: {}; keep the files as they are, and compare them with a backup",
        text(store, "/store"),
        text(row, "/number"),
        text(row, "/shard"),
        text(row, "/why"),
    ))
}
