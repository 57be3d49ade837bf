//! `crossdock check`: every fault of the configuration at once, or where each value came from.

use crate::cli::{Common, Failure, print};
use crate::options::Options;
use crate::wire::Gateway;
use serde_json::json;

/// A value longer than that is cut in the table.
const WIDEST: usize = 60;

pub(crate) async fn run(common: &Common) -> Result<(), Failure> {
    let (settings, origins) = common.settings()?;
    // What only shows when everything is put together: secrets, routing, contracts. Nothing is written.
    let built = Gateway::build(settings, Options::in_memory()).await;
    let gateway = built.map_err(|error| Failure::usage(format!("the configuration: {error}")))?;
    gateway.stop().await;
    if common.is_json() {
        let rows: Vec<_> = origins
            .iter()
            .map(|origin| json!({ "key": origin.key, "value": origin.shown, "from": origin.from.to_string() }))
            .collect();
        print::json(&rows);
    } else {
        let rows: Vec<Vec<String>> = origins
            .iter()
            .map(|origin| {
                let shown = origin
                    .shown
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ");
                let cut = shown.chars().take(WIDEST).collect();
                vec![origin.key.clone(), cut, origin.from.to_string()]
            })
            .collect();
        print::table(&["KEY", "VALUE", "FROM"], &rows);
    }
    print::message("the configuration is sound");
    Ok(())
}
