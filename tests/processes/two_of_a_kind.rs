//! Two ERPs by capability and two loyalty engines by brand: an order keeps those it began with.

use super::journey::g1;
use super::shop::{ConnectionLost, Shop};
use crossdock::{Gateway, Options, SeedData, Settings};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

/// Two of a kind beside those of the defaults.
const CONNECTORS: &str = r#"
[erp.connectors]
ledger = { kind = "embedded", api-key = "embedded-erp-ledger" }
goods = { kind = "embedded", api-key = "embedded-erp-goods" }
[loyalty.connectors]
north = { kind = "embedded", api-key = "embedded-loyalty-north" }
south = { kind = "embedded", api-key = "embedded-loyalty-south" }
"#;

/// Finance and stock apart, a brand with points of its own; nothing goes to those of the defaults.
const SPLIT: &str = r#"
[erp]
routing = [{ connector = "goods", capability = "stock" }, { connector = "ledger" }]
[loyalty]
routing = [{ connector = "north", brand = "north" }, { connector = "south" }]
"#;

/// The day after: everything new goes to the systems of the defaults.
const MOVED: &str = r#"
[erp]
routing = [{ connector = "main" }]
[loyalty]
routing = [{ connector = "main" }]
"#;

#[tokio::test]
async fn two_of_a_kind_serve_one_journey_each_and_old_orders_stay_where_they_began() {
    let folder = TempDir::new().unwrap();
    let still = gateway(folder.path(), format!("{CONNECTORS}{SPLIT}"), "0s").await;
    let shop = Shop::inside(&still);
    let north = buys(&shop, "web-1", Some("north")).await.unwrap();
    let south = buys(&shop, "web-2", None).await.unwrap();
    shop.settled(&["place-order"]).await.unwrap();
    still.stop().await;

    // The connectors stay connected; only the routing table is another one.
    let moved = gateway(folder.path(), format!("{CONNECTORS}{MOVED}"), "10ms").await;
    let shop = Shop::inside(&moved);
    let new = buys(&shop, "web-3", None).await.unwrap();
    for order in [&north, &south, &new] {
        comes_back(&shop, order).await.unwrap();
    }
    shop.settled(&["commit-return", "mature-points"])
        .await
        .unwrap();

    for (order, loyalty) in [(&north, "north"), (&south, "south")] {
        assert_eq!(kinds(&moved, "ledger", order), ["CM", "INV", "SO"]);
        assert_eq!(kinds(&moved, "goods", order), ["GI", "GR"]);
        assert_eq!(kinds(&moved, "main", order), [""; 0]);
        let systems = systems(&shop, order).await.unwrap();
        for (kind, system) in [
            ("invoice", "ledger"),
            ("goods-issue", "goods"),
            ("accrual", loyalty),
        ] {
            assert_eq!(
                systems.get(kind).map(String::as_str),
                Some(system),
                "{kind} of {systems:?}"
            );
        }
    }
    assert_eq!(kinds(&moved, "main", &new), ["CM", "GI", "GR", "INV", "SO"]);
    // A settled refund is booked under its return: two returns of old orders, one of the new one.
    for (connector, refunds) in [("ledger", 2), ("goods", 0), ("main", 1)] {
        let documents = rows(&moved, "erp", connector, "document");
        let entries = documents.iter().filter(|row| row["kind"] == "JE");
        assert_eq!(entries.count(), refunds, "{connector}");
    }
    for (connector, order) in [("north", &north), ("south", &south), ("main", &new)] {
        for table in ["hold", "burn", "accrual"] {
            assert_eq!(
                references(&moved, connector, table),
                [order.as_str()],
                "{connector} {table}"
            );
        }
    }
    moved.stop().await;
}

async fn gateway(folder: &Path, text: String, auto_pilot: &str) -> Gateway {
    let file = folder.join("crossdock.toml");
    std::fs::write(&file, text).unwrap();
    let variables = [
        ("CROSSDOCK__BACKENDS__AUTO_PILOT", auto_pilot),
        ("CROSSDOCK__BACKENDS__AUTO_SETTLE", "20ms"),
        ("CROSSDOCK__MATURITY__WINDOW", "0s"),
    ];
    let owned = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Settings::from_parts(Some(&file), owned.into());
    let (settings, _) = settings.unwrap_or_else(|faults| panic!("{faults}"));
    let mut seed_data = SeedData::demo();
    seed_data
        .loyalty_of
        .insert("north".into(), sys_loyalty_embedded::Seed::partner());
    let options = Options::in_folder(folder).with_seed_data(seed_data);
    let gateway = Gateway::build(settings, options).await.unwrap();
    gateway.work();
    gateway
}

/// Buys G1's basket under a brand; answers the order.
async fn buys(shop: &Shop, reference: &str, brand: Option<&str>) -> Result<String, ConnectionLost> {
    let web = shop.web("cust-ada/member-ada").await?;
    let mut basket = g1();
    if let Some(brand) = brand {
        basket["brand"] = json!(brand);
    }
    let quote = web
        .post("/ecommerce/v1/quotes", None, &basket)
        .await?
        .good();
    let checkout = json!({
        "quoteId": quote.text("/quoteId"), "channelRef": reference, "tender": { "token": "tok_visa" },
    });
    let placed = web
        .post("/ecommerce/v1/orders", Some(reference), &checkout)
        .await?;
    Ok(placed.good().text("/id"))
}

/// Ships, then one unit comes back and is settled.
async fn comes_back(shop: &Shop, order: &str) -> Result<(), ConnectionLost> {
    let web = shop.web("cust-ada/member-ada").await?;
    let path = format!("/ecommerce/v1/orders/{order}");
    shop.until("order", "the order to ship", async || {
        let found = web.get(&path).await?.good();
        let units = found.json["units"].as_array().cloned().unwrap_or_default();
        let all = !units.is_empty() && units.iter().all(|unit| unit["state"] == "shipped");
        Ok(all.then_some(()))
    })
    .await?;
    let goods = json!({ "orderId": order, "lines": [{ "lineId": "1", "quantity": 1, "reason": "too small" }] });
    let till = shop.till().await?;
    till.post("/pos/v1/returns", Some(order), &goods)
        .await?
        .good();
    Ok(())
}

/// Which connector each kind of reference of an order belongs to, as customer service sees it.
async fn systems(shop: &Shop, order: &str) -> Result<BTreeMap<String, String>, ConnectionLost> {
    let desk = shop
        .caller("service-desk", Some(("agent", "agent-1")))
        .await?;
    let path = format!("/customer-service/v1/orders/{order}/timeline");
    let timeline = desk.get(&path).await?.good();
    let references = timeline.json["references"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let field =
        |reference: &Value, member: &str| reference[member].as_str().unwrap_or_default().to_owned();
    Ok(references
        .iter()
        .map(|one| (field(one, "kind"), field(one, "system")))
        .collect())
}

fn rows(
    gateway: &Gateway,
    domain: &str,
    connector: &str,
    table: &str,
) -> Vec<serde_json::Map<String, Value>> {
    gateway
        .backend(domain, connector)
        .unwrap()
        .book
        .table(table)
        .unwrap()
}

/// The kinds of documents that an ERP holds of an order, in order.
fn kinds(gateway: &Gateway, connector: &str, order: &str) -> Vec<String> {
    let documents = rows(gateway, "erp", connector, "document");
    let of_order = documents.iter().filter(|row| {
        row.values()
            .any(|value| value.as_str().is_some_and(|text| text.contains(order)))
    });
    let mut kinds: Vec<String> = of_order
        .filter_map(|row| row["kind"].as_str())
        .map(str::to_owned)
        .collect();
    kinds.sort();
    kinds
}

/// The orders that a table of a loyalty engine names.
fn references(gateway: &Gateway, connector: &str, table: &str) -> Vec<String> {
    let rows = rows(gateway, "loyalty", connector, table);
    rows.iter()
        .filter_map(|row| row["reference"].as_str())
        .map(str::to_owned)
        .collect()
}
