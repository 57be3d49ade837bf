//! Every question that a store can be asked, its feeds too.

use crate::shop::{Placed, ask_but_feeds};
use crossdock_store::{Position, SqliteStore, Store};

/// What the store says to each of them: the text of the answer, or `None` for an error.
pub(crate) async fn ask_all(store: &SqliteStore, placed: &[Placed]) -> Vec<Option<String>> {
    let mut said = ask_but_feeds(store, placed).await;
    let feed = store.events("order", &Position::default(), 1_000).await;
    said.push(feed.ok().map(|events| format!("{events:?}")));
    said
}
