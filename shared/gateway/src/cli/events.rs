//! `crossdock events`: what happens, one event a line, as it happens; its readers are in `readers.rs`.

use crate::apis;
use crate::cli::{Client, Common, Failure, items, print, readers, text};
use clap::Subcommand;
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
    /// List who reads the feeds and how far each has come: what one has not acknowledged does not leave for the archive.
    Readers {
        /// Only those of this feed.
        #[arg(long)]
        feed: Option<String>,
    },
    /// End the registration of a reader that will not come back: what it has not read may leave for the archive.
    ForgetReader {
        /// The feed that it read.
        feed: String,
        /// Its name, from the list: order/oms.
        name: String,
    },
}

pub(crate) async fn run(common: &Common, events: &Events) -> Result<(), Failure> {
    match events {
        Events::Tail { feed, once } => tail(common, feed, *once).await,
        Events::Readers { feed } => readers::list(common, feed.as_deref()).await,
        Events::ForgetReader { feed, name } => readers::forget(common, feed, name).await,
    }
}

async fn tail(common: &Common, feed: &str, once: bool) -> Result<(), Failure> {
    let client = Client::find(common, apis::tier_of_feed(feed))?;
    let wait = if once { 0 } else { 20 };
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
        if once && found.is_empty() {
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
