//! What happens in the journey, sentence by sentence.

use crate::cli::{Failure, PublicClient, home, items, money, text};
use crate::demo::actors::Actors;
use crossdock_model::Clock;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How many points the scenario burns, where the member has as many.
const POINTS: i64 = 1_000;
/// How long any part of the journey may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How often it looks whether a part is done.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Where sentences go: stdout, or stderr where data has stdout.
pub(crate) type Narrate = fn(&str);

/// Plays the journey; answers the order's id.
pub(crate) async fn play(
    actors: &Actors,
    clock: &Arc<dyn Clock>,
    narrate: Narrate,
) -> Result<String, Failure> {
    let Actors { shop, till, .. } = actors;
    let (order, paid) = buy(shop, narrate).await?;
    wait(clock, "the store to ship", async || {
        let order = shop.get(&format!("/ecommerce/v1/orders/{order}")).await?;
        let units = items(&order, "units");
        Ok(!units.is_empty() && units.iter().all(|unit| text(unit, "/state") == "shipped"))
    })
    .await?;
    narrate(
        "ship     the store picks, packs and ships; the card is captured and the sale is booked",
    );

    let goods = json!({ "orderId": order, "lines": [{ "lineId": "1", "quantity": 1, "reason": "too small" }] });
    let worth = till.post("/pos/v1/returns/evaluate", None, &goods).await?;
    narrate(&format!(
        "return   one A-1 on the counter of another store: {} back (tax {}), {} points restored, {} taken back",
        money(&worth, "/refund"),
        money(&worth, "/tax"),
        text(&worth, "/pointsRestored"),
        text(&worth, "/pointsReversed"),
    ));
    let taken = till
        .post("/pos/v1/returns", Some(&format!("return-{order}")), &goods)
        .await?;
    let goods = text(&taken, "/id");
    wait(clock, "the return to close", async || {
        let found = till.get(&format!("/pos/v1/returns/{goods}")).await?;
        Ok(text(&found, "/status") == "closed")
    })
    .await?;
    narrate(
        "close    refund, stock, loyalty and books are confirmed and read back: the return is closed",
    );

    wait(clock, "the points to mature", async || {
        Ok(text(&shop.get("/ecommerce/v1/loyalty").await?, "/pending") == "0")
    })
    .await?;
    let account = shop.get("/ecommerce/v1/loyalty").await?;
    narrate(&format!(
        "settled  {paid} captured, the money has settled; {} points can be spent",
        text(&account, "/available")
    ));
    Ok(order)
}

/// From the basket to the promise.
async fn buy(shop: &PublicClient, narrate: Narrate) -> Result<(String, String), Failure> {
    let account = shop.get("/ecommerce/v1/loyalty").await?;
    let available = account
        .get("available")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    // A used data folder may have fewer points than the scenario: whole hundreds of what is there.
    let points = if available >= POINTS {
        POINTS
    } else {
        available / 100 * 100
    };
    let basket = json!({
        "lines": [{ "sku": "A-1", "quantity": 2 }, { "sku": "B-1", "quantity": 1 }],
        "shipTo": home(),
        "codes": ["TENOFF"],
        "redeemPoints": (points > 0).then_some(points),
    });
    let quote = shop.post("/ecommerce/v1/quotes", None, &basket).await?;
    let paid = money(&quote, "/totals/card");
    narrate(&format!("points   {available} can be spent"));
    narrate(&format!(
        "quote    2 x A-1, 1 x B-1: {}, less {} promotion, less {} for {points} points, shipping {}, tax {}: card {paid}",
        money(&quote, "/totals/gross"),
        money(&quote, "/totals/promotions"),
        money(&quote, "/totals/points"),
        money(&quote, "/totals/charges"),
        money(&quote, "/totals/tax"),
    ));
    let reference = format!("web-{}", uuid::Uuid::now_v7().simple());
    let checkout = json!({
        "quoteId": text(&quote, "/quoteId"),
        "channelRef": reference,
        "tender": { "token": "tok_visa" },
    });
    let placed = shop
        .post("/ecommerce/v1/orders", Some(&reference), &checkout)
        .await?;
    let order = text(&placed, "/id");
    narrate(&format!(
        "order    {order}: stock reserved, points held, card authorised, and promised"
    ));
    Ok((order, paid))
}

/// Waits until `look` answers true.
async fn wait(
    clock: &Arc<dyn Clock>,
    what: &str,
    look: impl AsyncFn() -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let until = clock.monotonic() + TIMEOUT;
    while clock.monotonic() < until {
        if look().await? {
            return Ok(());
        }
        let now = clock.now();
        clock
            .sleep_until(now.saturating_add(POLL_INTERVAL).unwrap_or(now))
            .await;
    }
    Err(Failure::failed(format!(
        "waited {} s for {what}; crossdock exceptions list and crossdock workflows list show where it stands",
        TIMEOUT.as_secs()
    )))
}
