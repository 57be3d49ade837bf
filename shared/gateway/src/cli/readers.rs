//! `crossdock events readers`: who holds events back from the archive, and ending that for one who will not come back.

use crate::apis;
use crate::cli::client::TIMEOUT;
use crate::cli::tiers::ask_each;
use crate::cli::{Client, Common, Failure, print, text};
use crossdock_model::Tier;
use serde_json::{Value, json};

/// Lists the readers of one feed, or of all feeds of the processes that run over the folder.
pub(crate) async fn list(common: &Common, feed: Option<&str>) -> Result<(), Failure> {
    let tiers = match feed {
        Some(feed) => vec![apis::tier_of_feed(feed)],
        None => vec![Tier::System, Tier::Process],
    };
    let path = |tier: Tier| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("tier", tier.as_str());
        query.extend_pairs(feed.iter().map(|feed| ("feed", feed)));
        format!("/events/readers?{}", query.finish())
    };
    let found = ask_each(common, &tiers, (path, TIMEOUT)).await?;
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
