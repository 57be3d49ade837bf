//! `crossdock archive`: the months of what ended or was written long ago.

use crate::cli::{Client, Common, Failure, items, print, text};
use clap::Subcommand;
use crossdock_model::Tier;
use serde_json::json;

/// The months of what ended or was written long ago.
#[derive(Debug, Subcommand)]
pub(crate) enum Archive {
    /// List the months that there are, oldest first.
    List,
    /// Take a month away for good: what its workflows went through, and its events, cannot be shown any more.
    Erase {
        /// The month, as 2026-08.
        month: String,
    },
}

pub(crate) async fn run(common: &Common, archive: &Archive) -> Result<(), Failure> {
    let client = Client::find(common, Tier::Process)?;
    match archive {
        Archive::List => {
            let found = client.operations("/archive").await?;
            if common.is_json() {
                print::json(&found);
                return Ok(());
            }
            let columns = ["/month", "/file", "/bytes"];
            let rows: Vec<Vec<String>> = items(&found, "items")
                .iter()
                .map(|month| columns.iter().map(|at| text(month, at)).collect())
                .collect();
            print::table(&["MONTH", "FILE", "BYTES"], &rows);
        }
        Archive::Erase { month } => {
            let body = json!({ "month": month });
            let erased = client.operate("/archive/erasures", &body).await?;
            if common.is_json() {
                print::json(&erased);
            } else {
                print::message(&format!(
                    "erased {month}: the orders of that month stay, the journals and events behind them are gone; backups may still have them"
                ));
            }
        }
    }
    Ok(())
}
