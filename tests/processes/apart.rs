//! One process or four: nobody outside can tell which, byte for byte.

use super::journey::g1;
use super::process::{Env, Process, env, run, said};
use super::relay::Relay;
use super::shop::{Answer, ConnectionLost, Shop};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// An id that nothing has.
const NOBODYS: &str = "01a20a2b-d8e2-7000-9f4e-6c8f5b0b1f11";
const SECRET: &str = "a secret that four processes share, long enough";

#[test]
fn a_journey_through_four_processes_reads_byte_for_byte_as_through_one() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let one = in_one(&runtime);
    let four = in_four(&runtime);
    assert_eq!(one.len(), four.len());
    for (one, four) in one.iter().zip(&four) {
        assert_eq!(one, four);
    }
}

fn in_one(runtime: &Runtime) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let process = Process::up(folder.path(), &["serve"], &Env::new());
    let lines = runtime.block_on(transcript(&Shop::of(&process)));
    let lines = lines.unwrap_or_else(|cut| panic!("{}\n{}", cut.0, said(folder.path())));
    assert!(process.stop().success());
    lines
}

/// Bottom up: each needs the address of the one below; the hooks are reached through a relay.
fn in_four(runtime: &Runtime) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let relay = runtime.block_on(Relay::open());
    let hooks = format!("http://{}", relay.address);
    let backends = Process::up(
        &at("backends"),
        &["backends"],
        &env(&[("CROSSDOCK__BACKENDS__HOOKS_URL", &hooks)]),
    );
    let mut below = env(&[("CROSSDOCK__TIER__SECRET", SECRET)]);
    for domain in ["ERP", "OMS", "LOYALTY", "PAYMENT", "CUSTOMER", "TAX"] {
        let name = format!("CROSSDOCK__{domain}__CONNECTORS__MAIN__BASE_URL");
        let address = backends.address("backends");
        below.push((
            name,
            format!("http://{address}/{}/main", domain.to_lowercase()),
        ));
    }
    let system = Process::up(&at("system"), &["serve", "--tier", "system"], &below);
    relay.leads_to(&system.address("hooks"));
    let mut above = env(&[("CROSSDOCK__TIER__SECRET", SECRET)]);
    let remote = |tier: &str, process: &Process| {
        let url = format!("http://{}", process.address("internal"));
        (format!("CROSSDOCK__TIER__REMOTE__{tier}"), url)
    };
    above.push(remote("SYSTEM", &system));
    let process = Process::up(&at("process"), &["serve", "--tier", "process"], &above);
    above.push(remote("PROCESS", &process));
    let channels = Process::up(
        &at("experience"),
        &["serve", "--tier", "experience"],
        &above,
    );
    let lines = runtime.block_on(transcript(&Shop::across(&channels, &process)));
    let lines = lines.unwrap_or_else(|cut| {
        let logs = ["backends", "system", "process", "experience"].map(|name| said(&at(name)));
        panic!("{}\n{}", cut.0, logs.join("\n--\n"))
    });
    // Registered across the border between the processes, where the feed is.
    let (_, readers, stderr) = run(
        &at("system"),
        &["events", "readers", "--feed", "oms"],
        &below,
    );
    assert!(readers.contains("order/oms"), "{readers}{stderr}");
    for one in [channels, process, system, backends] {
        assert!(one.stop().success());
    }
    lines
}

/// What was asked and what was answered, redacted.
#[derive(Default)]
struct Transcript(Vec<String>);

impl Transcript {
    fn note(&mut self, request: &str, answer: &Answer) {
        let line = format!("{request} -> {} {}", answer.status, answer.text);
        self.0.push(redacted(&line));
    }
}

/// The golden journey with its mishaps.
async fn transcript(shop: &Shop) -> Result<Vec<String>, ConnectionLost> {
    let mut script = Transcript::default();
    let order = buys(shop, &mut script).await?;
    returns(shop, &mut script, &order).await?;
    let desk = shop
        .caller("service-desk", Some(("agent", "agent-1")))
        .await?;
    let path = format!("/customer-service/v1/orders/{order}");
    script.note("GET desk", &desk.get(&path).await?);
    Ok(script.0)
}

async fn buys(shop: &Shop, script: &mut Transcript) -> Result<String, ConnectionLost> {
    let web = shop.web("cust-ada/member-ada").await?;
    for path in [
        "/ecommerce/v1/products",
        "/ecommerce/v1/loyalty",
        &own(NOBODYS),
    ] {
        script.note(&format!("GET {path}"), &web.get(path).await?);
    }
    let wrong = json!({ "lines": [], "wrong": 1 });
    let wrong = web.post("/ecommerce/v1/quotes", None, &wrong).await?;
    script.note("POST a wrong quote", &wrong);
    let quote = web.post("/ecommerce/v1/quotes", None, &g1()).await?;
    script.note("POST quote", &quote);
    let quote = quote.good().text("/quoteId");
    let mut placed = None;
    for (key, token) in [
        ("key-0", "tok_declined"),
        ("key-1", "tok_visa"),
        ("key-1", "tok_visa"),
    ] {
        let checkout = json!({ "quoteId": quote, "channelRef": key, "tender": { "token": token } });
        let answer = web
            .post("/ecommerce/v1/orders", Some(key), &checkout)
            .await?;
        script.note(&format!("POST order {key}"), &answer);
        placed = Some(answer);
    }
    let order = placed.expect("it was asked for").good().text("/id");
    let shipped = shop.until("order", "the order to ship", async || {
        let found = web.get(&own(&order)).await?.good();
        let units = found.json["units"].as_array().cloned().unwrap_or_default();
        let all = !units.is_empty() && units.iter().all(|unit| unit["state"] == "shipped");
        Ok(all.then_some(found))
    });
    script.note("GET shipped order", &shipped.await?);
    shop.settled(&["fulfil-shipment", "mature-points"]).await?;
    script.note("GET loyalty", &web.get("/ecommerce/v1/loyalty").await?);
    Ok(order)
}

async fn returns(shop: &Shop, script: &mut Transcript, order: &str) -> Result<(), ConnectionLost> {
    let till = shop.till().await?;
    let goods = |quantity: u32| {
        let line = json!({ "lineId": "1", "quantity": quantity, "reason": "too small" });
        json!({ "orderId": order, "lines": [line] })
    };
    let worth = till
        .post("/pos/v1/returns/evaluate", None, &goods(1))
        .await?;
    script.note("POST evaluate", &worth);
    let taken = till
        .post("/pos/v1/returns", Some("key-2"), &goods(1))
        .await?;
    script.note("POST return", &taken);
    shop.settled(&["commit-return"]).await?;
    for id in [&*taken.good().text("/id"), NOBODYS] {
        script.note(
            "GET return",
            &till.get(&format!("/pos/v1/returns/{id}")).await?,
        );
    }
    let greedy = till
        .post("/pos/v1/returns", Some("key-3"), &goods(2))
        .await?;
    script.note("POST too much", &greedy);
    let web = shop.web("cust-ada/member-ada").await?;
    script.note("GET order", &web.get(&own(order)).await?);
    script.note("GET loyalty", &web.get("/ecommerce/v1/loyalty").await?);
    Ok(())
}

fn own(order: &str) -> String {
    format!("/ecommerce/v1/orders/{order}")
}

/// Without ids, times, quotes: what differs from run to run anyway.
fn redacted(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (word, length) = redaction(rest).unwrap_or(("", 0));
        let (taken, left) = rest.split_at(length.max(first.len_utf8()));
        out.push_str(if length == 0 { taken } else { word });
        rest = left;
    }
    out
}

/// What stands for the beginning of a text, and how much of it.
fn redaction(text: &str) -> Option<(&'static str, usize)> {
    if uuid(text) {
        return Some(("<id>", 36));
    }
    if hex(text) >= 15 {
        return Some(("<id>", hex(text)));
    }
    let time = time(text).map(|length| ("<time>", length));
    time.or_else(|| quote(text).map(|length| ("\"quoteId\":\"<quote>\"", length)))
}

/// How long a run of hexadecimal digits begins here: correlations, and vendors' own numbers.
fn hex(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_hexdigit).count()
}

fn uuid(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    text.len() >= 36 && text.bytes().take(36).enumerate().all(fits)
}

fn time(text: &str) -> Option<usize> {
    let date = text.get(..11)?;
    let shaped = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        _ => byte.is_ascii_digit(),
    });
    text.find('Z')
        .filter(|end| shaped && *end < 32)
        .map(|end| end + 1)
}

fn quote(text: &str) -> Option<usize> {
    let value = text.strip_prefix("\"quoteId\":\"")?;
    value.find('"').map(|end| end + 12)
}

#[test]
fn redacting_takes_ids_times_and_quotes_and_leaves_the_rest() {
    let line = r#"{"id":"01a20a2b-d8e2-7000-9f4e-6c8f5b0b1f11","at":"2026-11-23T20:43:22.474Z","quoteId":"abc.def","amount":"96.47"}"#;
    let wanted = r#"{"id":"<id>","at":"<time>","quoteId":"<quote>","amount":"96.47"}"#;
    assert_eq!(redacted(line), wanted);
    assert!(serde_json::from_str::<Value>(wanted).is_ok());
}
