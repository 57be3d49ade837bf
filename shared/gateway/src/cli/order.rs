//! `crossdock order`: place one as a customer would, show it, show everything that happened to it.

use crate::cli::{Client, Common, Failure, PublicClient, items, money, print, text};
use clap::{Args, Subcommand};
use crossdock_model::Tier;
use serde_json::{Value, json};

/// Orders, as a customer and as an agent see them.
#[derive(Debug, Subcommand)]
pub(crate) enum Order {
    /// Quote a basket and place the order.
    Place(Box<Place>),
    /// Show an order as its customer sees it.
    Show {
        /// The order's id, as placing it answered.
        id: uuid::Uuid,
        /// Whose it is; nobody's for a guest's.
        #[arg(long, default_value = "cust-ada/member-ada")]
        customer: String,
    },
    /// Show every event and step of an order, with money and points.
    Timeline {
        /// The order's id, as placing it answered.
        id: uuid::Uuid,
    },
}

/// What is bought, by whom, how it is paid.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// What, and how many: A-1=2. May be repeated.
    #[arg(long = "sku", required = true, value_name = "SKU=QTY")]
    skus: Vec<String>,
    /// Who buys, with the loyalty member.
    #[arg(long, default_value = "cust-ada/member-ada")]
    customer: String,
    /// How many loyalty points to burn.
    #[arg(long)]
    points: Option<i64>,
    /// Promotion codes. May be repeated.
    #[arg(long = "code")]
    codes: Vec<String>,
    /// The payment provider's token for the card.
    #[arg(long, default_value = "tok_visa")]
    card: String,
    /// The shop's own reference, also the idempotency key; drawn when absent.
    #[arg(long)]
    reference: Option<String>,
}

pub(crate) async fn run(common: &Common, order: &Order) -> Result<(), Failure> {
    let client = Client::find(common, Tier::Experience)?;
    let answer = match order {
        Order::Place(place) => {
            let shop = client
                .acting("web-shop", Some(("customer", &place.customer)))
                .await?;
            place.run(&shop).await?
        }
        Order::Show { id, customer } => {
            let shop = client
                .acting("web-shop", Some(("customer", customer)))
                .await?;
            shop.get(&format!("/ecommerce/v1/orders/{id}")).await?
        }
        Order::Timeline { id } => {
            let desk = client
                .acting("service-desk", Some(("agent", "agent-1")))
                .await?;
            let timeline = desk
                .get(&format!("/customer-service/v1/orders/{id}/timeline"))
                .await?;
            if common.is_json() {
                print::json(&timeline);
            } else {
                show_timeline(&timeline);
            }
            return Ok(());
        }
    };
    if common.is_json() {
        print::json(&answer);
    } else {
        show(&answer);
    }
    Ok(())
}

impl Place {
    async fn run(&self, shop: &PublicClient) -> Result<Value, Failure> {
        let lines: Result<Vec<Value>, Failure> = self.skus.iter().map(|sku| line(sku)).collect();
        let basket = json!({
            "lines": lines?,
            "shipTo": home(),
            "codes": self.codes,
            "redeemPoints": self.points,
        });
        let quote = shop.post("/ecommerce/v1/quotes", None, &basket).await?;
        let drawn = uuid::Uuid::now_v7().simple().to_string();
        let reference = self
            .reference
            .clone()
            .unwrap_or_else(|| format!("cli-{drawn}"));
        let checkout = json!({
            "quoteId": text(&quote, "/quoteId"),
            "channelRef": reference,
            "tender": { "token": self.card },
        });
        shop.post("/ecommerce/v1/orders", Some(&reference), &checkout)
            .await
    }
}

/// Where the demo's customer lives.
pub(crate) fn home() -> Value {
    json!({
        "country": "US", "region": "TX", "postalCode": "78701", "city": "Austin",
        "lines": ["1 Congress Avenue"],
    })
}

fn line(text: &str) -> Result<Value, Failure> {
    let (sku, count) = text.split_once('=').unwrap_or((text, "1"));
    let count: u32 = count
        .parse()
        .map_err(|error| Failure::usage(format!("--sku {text}: {count}: {error}; write A-1=2")))?;
    Ok(json!({ "sku": sku, "quantity": count }))
}

fn show(order: &Value) {
    print::out(&format!("order      {}", text(order, "/id")));
    print::out(&format!("reference  {}", text(order, "/reference")));
    print::out(&format!("status     {}", text(order, "/status")));
    print::out(&format!("card       {}", money(order, "/totals/card")));
    let (burnt, earned) = (text(order, "/points/burnt"), text(order, "/points/earned"));
    print::out(&format!("points     {burnt} burnt, {earned} earned"));
    let rows: Vec<Vec<String>> = items(order, "units")
        .iter()
        .map(|unit| {
            vec![
                text(unit, "/id"),
                text(unit, "/state"),
                text(unit, "/returnable"),
            ]
        })
        .collect();
    print::table(&["UNIT", "STATE", "RETURNABLE"], &rows);
}

/// A timeline for people: events, then where money and points stand.
pub(crate) fn show_timeline(timeline: &Value) {
    let columns = ["/at", "/lane", "/event", "/summary"];
    let rows: Vec<Vec<String>> = items(timeline, "entries")
        .iter()
        .map(|entry| columns.iter().map(|at| text(entry, at)).collect())
        .collect();
    print::table(&["AT", "FROM", "EVENT", "WHAT"], &rows);
    print::out("");
    let columns = [
        "/workflow",
        "/step",
        "/state",
        "/attempts",
        "/effectKey",
        "/problem",
    ];
    let rows: Vec<Vec<String>> = items(timeline, "steps")
        .iter()
        .map(|step| columns.iter().map(|at| text(step, at)).collect())
        .collect();
    print::table(
        &[
            "WORKFLOW",
            "STEP",
            "STATE",
            "TRIES",
            "EFFECT KEY",
            "PROBLEM",
        ],
        &rows,
    );
    print::out("");
    for member in ["total", "captured", "refunded"] {
        print::out(&format!(
            "{member:<13} {}",
            money(timeline, &format!("/position/{member}"))
        ));
    }
    for (member, what) in [
        ("pointsBurnt", "points burnt"),
        ("pointsEarned", "points earned"),
    ] {
        print::out(&format!(
            "{what:<13} {}",
            text(timeline, &format!("/position/{member}"))
        ));
    }
}
