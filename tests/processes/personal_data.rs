//! Where personal data stands on disk: in one record an order, nowhere else, and nowhere once it is erased.

use super::journey::usd;
use super::process::{Env, Process, env};
use super::shop::{Answer, Caller, ConnectionLost, Shop};
use super::wait;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const ADA: &str = "cust-ada/member-ada";
/// The kind of the one record that may hold it.
const KIND: &str = "personal-data";
/// What stands in the address of every order that can be erased at the end.
const CANARIES: [&str; 4] = [
    "Zebedee Quillfeather",
    "77 Xylophone Row",
    "Canaryville",
    "ZQ9-CANARY",
];
/// Who the order goes to that stays open.
const OPEN: &str = "Oberon Nightjar";
/// The payment provider's tokens, of a card that is good and of one that it does not know.
const TOKENS: [&str; 2] = ["tok_canary_goldfinch", "canary-unknown-siskin"];
/// What an agent searches by.
const EMAIL: &str = "canary.linnet@example.org";

fn to_canary() -> Value {
    json!({
        "country": "US", "region": "TX", "postalCode": CANARIES[3], "city": CANARIES[2],
        "lines": [CANARIES[0], CANARIES[1]],
    })
}

fn to_nightjar() -> Value {
    json!({
        "country": "US", "region": "TX", "postalCode": "78701", "city": "Austin",
        "lines": [OPEN, "1 Main Street"],
    })
}

fn still() -> Env {
    env(&[
        ("CROSSDOCK__BACKENDS__AUTO_PILOT", "0s"),
        ("CROSSDOCK__TELEMETRY__LEVEL", "debug"),
    ])
}

fn moving() -> Env {
    env(&[("CROSSDOCK__TELEMETRY__LEVEL", "debug")])
}

/// Quotes a basket to that address and checks out with that token.
async fn buys(shop: &Shop, reference: &str, token: &str) -> Result<Answer, ConnectionLost> {
    let web = shop.web(ADA).await?;
    let basket = json!({
        "lines": [{ "sku": "A-1", "quantity": 2 }], "shipTo": to_canary(), "redeemPoints": 100,
    });
    let quote = web.post("/ecommerce/v1/quotes", None, &basket).await?;
    let checkout = json!({
        "quoteId": quote.good().text("/quoteId"), "channelRef": reference,
        "tender": { "token": token },
    });
    web.post("/ecommerce/v1/orders", Some(reference), &checkout)
        .await
}

/// A platform hands over an order that it was paid for.
async fn hands_over(
    shop: &Shop,
    reference: &str,
    sku: &str,
    ship_to: Value,
) -> Result<String, ConnectionLost> {
    let platform = shop.caller("web-shop", None).await?;
    let order = json!({
        "channelRef": reference, "currency": "USD", "shipTo": ship_to,
        "lines": [{ "sku": sku, "quantity": 1, "unitPrice": usd("40.00"), "tax": usd("3.30") }],
        "tenders": [{ "kind": "card", "reference": "pay-1", "amount": usd("43.30") }],
    });
    let path = "/ecommerce/v1/orders/captured";
    let taken = platform.post(path, Some(reference), &order).await?;
    Ok(taken.good().text("/id"))
}

/// One order is refused and one is cancelled, while nothing moves.
async fn refuses_and_cancels(shop: &Shop) -> Result<[String; 2], ConnectionLost> {
    let refused = buys(shop, "web-refused", TOKENS[1]).await?;
    assert_eq!(refused.status, 422, "{}", refused.text);
    let cancelled = buys(shop, "web-cancelled", TOKENS[0]).await?;
    let cancelled = cancelled.good().text("/id");
    shop.settled(&["place-order"]).await?;
    let web = shop.web(ADA).await?;
    let path = format!("/ecommerce/v1/orders/{cancelled}/cancellations");
    let body = json!({ "reason": "changed my mind" });
    web.post(&path, Some("cancel-1"), &body).await?.good();
    shop.settled(&["cancel-order"]).await?;
    let listed = shop.ask("/workflows?limit=200").await?;
    let is_refused = |item: &&Value| item["status"] == "compensated";
    let items = listed.json["items"].as_array().cloned().unwrap_or_default();
    let refused = items.iter().find(is_refused).expect("one is refused");
    let refused = refused["key"].as_str().expect("it has a key").to_owned();
    Ok([refused, cancelled])
}

/// One order is shipped and comes back in part, one of a platform is shipped.
async fn ships_and_returns(shop: &Shop) -> Result<[String; 2], ConnectionLost> {
    let bought = buys(shop, "web-shipped", TOKENS[0]).await?;
    let bought = bought.good().text("/id");
    let captured = hands_over(shop, "mkt-shipped", "A-1", to_canary()).await?;
    let web = shop.caller("web-shop", Some(("customer", ADA))).await?;
    ships(shop, &web, &bought).await?;
    let till = shop.till().await?;
    let goods = json!({
        "orderId": bought, "lines": [{ "lineId": "1", "quantity": 1, "reason": "too small" }],
    });
    let taken = till.post("/pos/v1/returns", Some("back-1"), &goods).await?;
    let path = format!("/pos/v1/returns/{}", taken.good().text("/id"));
    shop.until("return", "the return to close", async || {
        let found = till.get(&path).await?.good();
        Ok((found.text("/status") == "closed").then_some(()))
    })
    .await?;
    let platform = shop.caller("web-shop", None).await?;
    ships(shop, &platform, &captured).await?;
    let ran = ["fulfil-shipment", "commit-return", "accept-captured-order"];
    shop.settled(&ran).await?;
    Ok([bought, captured])
}

async fn ships(shop: &Shop, owner: &Caller, order: &str) -> Result<(), ConnectionLost> {
    let path = format!("/ecommerce/v1/orders/{order}");
    shop.until("order", "the whole order to ship", async || {
        let order = owner.get(&path).await?.good();
        let units = order.json["units"].as_array().cloned().unwrap_or_default();
        let has_left = |unit: &Value| unit["state"] == "shipped";
        Ok((!units.is_empty() && units.iter().all(has_left)).then_some(()))
    })
    .await
}

/// An order that nobody can ship waits on the desk; an agent looks for somebody by e-mail.
async fn parks_and_searches(shop: &Shop) -> Result<String, ConnectionLost> {
    let open = hands_over(shop, "mkt-open", "GHOST-9", to_nightjar()).await?;
    shop.until("order", "the order to wait for a person", async || {
        let exceptions = shop.ask("/exceptions").await?;
        Ok(exceptions.text.contains(&open).then_some(()))
    })
    .await?;
    let agent = shop.caller("service-desk", Some(AGENT)).await?;
    let by_email = json!({ "email": EMAIL });
    agent
        .post("/customer-service/v1/search", None, &by_email)
        .await?;
    Ok(open)
}

const AGENT: (&str, &str) = ("agent", "agent-7");

/// Where in the stores of a folder one of these stands: file, table, and the kind of a record.
fn places(folder: &Path, wanted: &[&str]) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    for file in ["process.db", "system.db"] {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let store = Connection::open_with_flags(folder.join(file), flags).unwrap();
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let mut tables = store.prepare(tables).unwrap();
        let tables = tables.query_map([], |row| row.get(0)).unwrap();
        let tables: Vec<String> = tables.map(Result::unwrap).collect();
        assert!(tables.iter().any(|table| table == "journal"), "{tables:?}");
        for table in tables {
            let mut rows = store.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = rows.column_count();
            let kind = (table == "record").then(|| rows.column_index("kind").unwrap());
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let held = (0..columns).any(|at| holds(row.get_ref(at).unwrap(), wanted));
                let kind = kind.map(|at| row.get::<_, String>(at).unwrap());
                if held {
                    let kind = kind.unwrap_or_default();
                    places.insert(format!("{file} {table} {kind}").trim_end().to_owned());
                }
            }
        }
    }
    places
}

fn holds(value: ValueRef<'_>, wanted: &[&str]) -> bool {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => contains(bytes, wanted),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => false,
    }
}

fn contains(bytes: &[u8], wanted: &[&str]) -> bool {
    wanted.iter().any(|wanted| {
        let wanted = wanted.as_bytes();
        bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

/// The files beside stores and books (log, run file, heads, keys) that hold one of these.
fn other_files(folder: &Path, wanted: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_database = name.contains(".db");
        if path.is_file() && !is_database && contains(&fs::read(&path).unwrap(), wanted) {
            found.push(name);
        }
    }
    found
}

#[test]
fn personal_data_stands_in_one_record_of_its_order_and_nowhere_once_it_is_erased() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let process = Process::up(folder, &["serve"], &still());
    let [refused, cancelled] = wait(refuses_and_cancels(&Shop::of(&process))).unwrap();
    assert!(process.stop().success());
    let process = Process::up(folder, &["serve"], &moving());
    let shop = Shop::of(&process);
    let [bought, captured] = wait(ships_and_returns(&shop)).unwrap();
    let open = wait(parks_and_searches(&shop)).unwrap();
    assert!(process.stop().success());

    let everything = [&CANARIES[..], &[OPEN, EMAIL], &TOKENS].concat();
    let allowed = BTreeSet::from([format!("process.db record {KIND}")]);
    assert_eq!(places(folder, &everything), allowed);
    for canary in CANARIES.iter().chain([&OPEN]) {
        assert_eq!(places(folder, &[canary]), allowed, "{canary}");
    }
    // The money is authorised, or never will be: nobody needs a token any more.
    assert_eq!(places(folder, &TOKENS), BTreeSet::new());
    assert_eq!(other_files(folder, &everything), [""; 0]);

    let process = Process::up(folder, &["serve"], &moving());
    wait(async {
        let shop = Shop::of(&process);
        let agent = shop.caller("service-desk", Some(AGENT)).await.unwrap();
        let erase = async |order: &str, key: &str| {
            let path = format!("/customer-service/v1/orders/{order}/erasures");
            agent.post(&path, Some(key), &json!({})).await.unwrap()
        };
        for order in [&refused, &cancelled, &bought, &captured] {
            let erased = erase(order, order).await.good();
            let again = erase(order, order).await.good();
            let later = erase(order, &format!("{order}-later")).await.good();
            assert_eq!((&again.text, &later.text), (&erased.text, &erased.text));
        }
        let needed = erase(&open, "too-early").await;
        assert_eq!(needed.status, 409, "{}", needed.text);
        assert_eq!(needed.text("/code"), "wrong_state");
    });
    assert!(process.stop().success());
    let erased = [&CANARIES[..], &[EMAIL], &TOKENS].concat();
    assert_eq!(places(folder, &erased), BTreeSet::new());
    assert_eq!(places(folder, &[OPEN]), allowed);
    assert_eq!(other_files(folder, &everything), [""; 0]);
}
