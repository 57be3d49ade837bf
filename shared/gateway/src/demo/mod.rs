//! The golden journey, played over HTTP on the public listener, as an outsider would.
//!
//! Buy online with points, ship from a store, return one item in another store: the figures of the
//! design's scenario G1 on a fresh data folder, another order with the same basket on a used one.

mod actors;
mod journey;

use crate::cli::{Common, Failure, print};
use crate::ledgers::Ledgers;
use crate::parts::Addresses;
use crate::wire::Gateway;
use actors::Actors;
use journey::Narrate;
use serde_json::json;

/// What is in the basket; the ledgers show the stock of these.
const SKUS: [&str; 2] = ["A-1", "B-1"];
/// The loyalty member who buys; the ledgers show these points.
const MEMBER: &str = "member-ada";

/// Plays it, then shows its timeline and the five ledgers before and after.
pub(crate) async fn play(
    common: &Common,
    gateway: &Gateway,
    addresses: &Addresses,
) -> Result<(), Failure> {
    // Programs read one line of data; the story is for people and goes to stderr.
    let narrate: Narrate = if common.is_json() {
        print::message
    } else {
        print::out
    };
    narrate(
        "\nThe golden journey: buy online with points, ship from a store, return in another store\n",
    );
    let actors = Actors::with_tokens(gateway, addresses).await?;
    let before = ledgers(gateway).await?;
    let order = journey::play(&actors, &gateway.clock, narrate).await?;
    let after = ledgers(gateway).await?;
    let path = format!("/customer-service/v1/orders/{order}/timeline");
    let timeline = actors.desk.get(&path).await?;
    if common.is_json() {
        let played =
            json!({ "order": order, "timeline": timeline, "before": before, "after": after });
        print::out(&json!({ "played": played }).to_string());
        return Ok(());
    }
    print::out("\nTimeline\n");
    crate::cli::show_timeline(&timeline);
    print::out("\nThe five ledgers, from the backends' own books\n");
    let headings = ["LEDGER", "ACCOUNT", "UNIT", "BEFORE", "AFTER", "CHANGE"];
    print::table(&headings, &Ledgers::compared(&before, &after));
    let folder = gateway.folder().display();
    print::out(&format!(
        "\nshow it again: crossdock --data {folder} order timeline {order}"
    ));
    Ok(())
}

async fn ledgers(gateway: &Gateway) -> Result<Ledgers, Failure> {
    let read = Ledgers::read(gateway.backends(), &SKUS, MEMBER).await;
    read.map_err(Failure::failed)
}
