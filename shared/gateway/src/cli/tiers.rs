//! The same question to the processes of several tiers, which may run over folders of their own.

use crate::cli::{Client, Common, Failure, items, print};
use crossdock_model::Tier;
use serde_json::Value;
use std::time::Duration;

/// The items that the processes of those tiers answer; what one that is down would have said is missed, and said.
pub(crate) async fn ask_each(
    common: &Common,
    tiers: &[Tier],
    (path, timeout): (impl Fn(Tier) -> String, Duration),
) -> Result<Vec<Value>, Failure> {
    let (mut found, mut down) = (Vec::new(), Vec::new());
    for tier in tiers {
        match ask(common, *tier, (&path(*tier), timeout)).await {
            Ok(answered) => found.extend(answered),
            Err(failure) => down.push(failure),
        }
    }
    if down.len() == tiers.len()
        && let Some(failure) = down.pop()
    {
        return Err(failure);
    }
    for failure in down {
        print::message(&failure.to_string());
    }
    Ok(found)
}

async fn ask(
    common: &Common,
    tier: Tier,
    (path, timeout): (&str, Duration),
) -> Result<Vec<Value>, Failure> {
    let client = Client::find(common, tier)?;
    let answered = client.operations_within(path, timeout).await?;
    Ok(items(&answered, "items"))
}
