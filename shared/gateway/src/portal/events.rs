//! The page of canonical events, made from their table.

use crate::portal::page::{page, prose};
use axum::response::Html;
use crossdock_model::event::Kind;

/// `GET /docs/events`: every canonical event with its feed.
pub(crate) async fn events() -> Html<String> {
    let rows: String = Kind::ALL.iter().map(|kind| row(*kind)).collect();
    let intro = "<p>CloudEvents 1.0 in JSON. Each API has its feed at <code>GET …/v1/events?after=&lt;cursor&gt;&amp;wait=&lt;seconds&gt;</code>; \
                 events of one aggregate come in order, at least once. Payloads only grow.</p>";
    let head = "<tr><th>Event</th><th>Feed</th><th>Says</th><th>Data</th></tr>";
    page("Events", &format!("{intro}\n<table>{head}\n{rows}</table>"))
}

fn row(kind: Kind) -> String {
    let mut feeds: Vec<&str> = kind.sources().iter().map(|source| source.feed).collect();
    feeds.dedup();
    format!(
        "<tr id=\"{kind}\"><td>{kind}<br><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        kind.type_name(),
        feeds.join(", "),
        prose(kind.meaning()),
        kind.data_class().as_str(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_event_is_on_the_page_with_its_type() {
        let Html(page) = events().await;
        for kind in Kind::ALL {
            assert!(page.contains(&kind.type_name()), "{kind}");
        }
    }
}
