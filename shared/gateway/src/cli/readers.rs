//! `crossdock events readers`: who holds events back from the archive, and ending that for one who will not come back.

use crate::apis;
use crate::cli::{Client, Common, Failure, items, print, text};
use crossdock_model::Tier;
use serde_json::{Value, json};

/// Lists the readers of one feed, or of all feeds of the processes that run over the folder.
pub(crate) async fn list(common: &Common, feed: Option<&str>) -> Result<(), Failure> {
    let tiers = match feed {
        Some(feed) => vec![apis::tier_of_feed(feed)],
        None => vec![Tier::System, Tier::Process],
    };
    let (mut found, mut down) = (Vec::new(), Vec::new());
    for tier in &tiers {
        match of_tier(common, *tier, feed).await {
            Ok(readers) => found.extend(readers),
            Err(failure) => down.push(failure),
        }
    }
    if down.len() == tiers.len()
        && let Some(failure) = down.pop()
    {
        return Err(failure);
    }
    // Each tier may have a folder of its own.
    for failure in down {
        print::message(&failure.to_string());
    }
    if common.is_json() {
        print::json(&json!({ "items": found }));
        return Ok(());
    }
    let columns = ["/feed", "/name", "/behind", "/acknowledgedAt"];
    let row = |reader: &Value| columns.iter().map(|at| text(reader, at)).collect();
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    print::table(&["FEED", "READER", "BEHIND", "ACKNOWLEDGED"], &rows);
    Ok(())
}

/// Ends the registration of one reader.
pub(crate) async fn forget(common: &Common, feed: &str, name: &str) -> Result<(), Failure> {
    let client = Client::find(common, apis::tier_of_feed(feed))?;
    let body = json!({ "feed": feed, "name": name });
    client.operate("/events/readers/removals", &body).await?;
    print::message(&format!(
        "forgot reader {name} of {feed}: events that it has not read may leave for the archive now; one that still runs registers again by itself"
    ));
    Ok(())
}

async fn of_tier(common: &Common, tier: Tier, feed: Option<&str>) -> Result<Vec<Value>, Failure> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("tier", tier.as_str());
    query.extend_pairs(feed.iter().map(|feed| ("feed", feed)));
    let path = format!("/events/readers?{}", query.finish());
    let found = Client::find(common, tier)?.operations(&path).await?;
    Ok(items(&found, "items"))
}
