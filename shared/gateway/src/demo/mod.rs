//! The golden journey, played over HTTP on the public listener, as an outsider would.
//!
//! Buy online with points, ship from a store, return one item in another store: the figures of the
//! design's scenario G1 on a fresh data folder, another order with the same basket on a used one.

mod actors;
mod story;

use crate::cli::{Failure, print};
use crate::ledgers::Ledgers;
use crate::wire::{Addresses, Gateway};
use actors::Actors;

/// The basket's goods.
const SKUS: [&str; 2] = ["A-1", "B-1"];
/// The customer's loyalty account.
const MEMBER: &str = "member-ada";

/// Plays it, then shows its timeline and the five ledgers before and after.
pub(crate) async fn play(gateway: &Gateway, addresses: &Addresses) -> Result<(), Failure> {
    print::out(
        "\nThe golden journey: buy online with points, ship from a store, return in another store\n",
    );
    let actors = Actors::enter(gateway, addresses).await?;
    let before = ledgers(gateway).await?;
    let order = story::tell(&actors, &gateway.clock).await?;
    let after = ledgers(gateway).await?;
    print::out("\nTimeline\n");
    let timeline = actors
        .desk
        .get(&format!("/customer-service/v1/orders/{order}/timeline"))
        .await?;
    crate::cli::show_timeline(&timeline);
    print::out("\nThe five ledgers, from the backends' own books\n");
    let headings = ["LEDGER", "ACCOUNT", "UNIT", "BEFORE", "AFTER", "CHANGE"];
    print::table(&headings, &Ledgers::compared(&before, &after));
    print::out(&format!(
        "\nshow it again: crossdock order timeline {order}"
    ));
    Ok(())
}

async fn ledgers(gateway: &Gateway) -> Result<Ledgers, Failure> {
    Ledgers::read(gateway.backends(), &SKUS, MEMBER)
        .await
        .map_err(Failure::failed)
}
