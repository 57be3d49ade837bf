//! `crossdock check`: every fault of the configuration at once, or where each value came from.

use crate::cli::{Common, Failure, print};
use serde_json::json;

pub(crate) fn run(common: &Common) -> Result<(), Failure> {
    let (_, origins) = common.settings()?;
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
                vec![
                    origin.key.clone(),
                    origin.shown.clone(),
                    origin.from.to_string(),
                ]
            })
            .collect();
        print::table(&["KEY", "VALUE", "FROM"], &rows);
    }
    print::say("the configuration is sound");
    Ok(())
}
