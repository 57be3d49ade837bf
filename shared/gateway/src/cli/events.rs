//! `crossdock events tail`: what happens, one event a line, as it happens.

use crate::apis;
use crate::cli::{Client, Common, Failure, items, print, text};
use clap::Subcommand;
use crossdock_model::{ApiId, Tier};
use serde_json::Value;

/// What happens, feed by feed.
#[derive(Debug, Subcommand)]
pub(crate) enum Events {
    /// Follow a feed from its beginning, and on.
    Tail {
        /// The API whose events they are: order, return, oms, payment, …
        #[arg(long, default_value = "order")]
        feed: String,
        /// End where the feed ends now.
        #[arg(long)]
        once: bool,
    },
}

pub(crate) async fn run(common: &Common, events: &Events) -> Result<(), Failure> {
    let Events::Tail { feed, once } = events;
    // Feeds are named after their APIs.
    let is_process = |api: &ApiId| api.tier == Tier::Process && api.name == feed;
    let tier = if apis::ids().iter().any(is_process) {
        Tier::Process
    } else {
        Tier::System
    };
    let client = Client::find(common, tier)?;
    let wait = if *once { 0 } else { 20 };
    let mut cursor = String::new();
    loop {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("feed", feed)
            .append_pair("after", &cursor)
            .append_pair("wait", &wait.to_string())
            .finish();
        let page = client.operations(&format!("/events?{query}")).await?;
        let found = items(&page, "events");
        for event in &found {
            print::out(&if common.is_json() {
                event.to_string()
            } else {
                line(event)
            });
        }
        cursor = text(&page, "/next");
        if *once && found.is_empty() {
            return Ok(());
        }
    }
}

fn line(event: &Value) -> String {
    let kind = text(event, "/type");
    let kind = kind.trim_start_matches("com.crossdock.");
    let data: String = text(event, "/data").chars().take(120).collect();
    format!(
        "{}  {kind:<32} {}  {data}",
        text(event, "/time"),
        text(event, "/subject")
    )
}
