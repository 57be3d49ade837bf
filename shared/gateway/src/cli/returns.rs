//! `crossdock return`: what a clerk does with goods on the counter.

use crate::cli::{Client, Common, Failure, items, money, print, text};
use clap::{Args, Subcommand};
use crossdock_model::Tier;
use serde_json::{Value, json};

/// Returns at a till.
#[derive(Debug, Subcommand)]
pub(crate) enum Return {
    /// What it would bring; nothing is changed.
    Evaluate(Goods),
    /// Take the goods: money, stock, points and books follow.
    Commit(Commit),
    /// Show a return and how far its four legs are.
    Show {
        /// The return's id, as committing it answered.
        id: uuid::Uuid,
        /// The clerk on whose behalf it is read.
        #[arg(long, default_value = "store-soho/clerk-3")]
        clerk: String,
    },
}

/// What is on the counter, and whose counter it is.
#[derive(Debug, Args)]
pub(crate) struct Goods {
    /// The order that they were sold with.
    #[arg(long)]
    order: uuid::Uuid,
    /// Which line, and how many: 1=1. May be repeated.
    #[arg(long = "line", required = true, value_name = "LINE=QTY")]
    lines: Vec<String>,
    /// The clerk: the return is taken in that store.
    #[arg(long, default_value = "store-soho/clerk-3")]
    clerk: String,
}

/// Goods that are taken back, under an idempotency key.
#[derive(Debug, Args)]
pub(crate) struct Commit {
    #[command(flatten)]
    goods: Goods,
    /// The idempotency key; drawn when absent.
    #[arg(long)]
    key: Option<String>,
}

pub(crate) async fn run(common: &Common, goods: &Return) -> Result<(), Failure> {
    let client = Client::find(common, Tier::Experience)?;
    let clerk = match goods {
        Return::Evaluate(goods) => &goods.clerk,
        Return::Commit(commit) => &commit.goods.clerk,
        Return::Show { clerk, .. } => clerk,
    };
    let till = client.acting("till", Some(("clerk", clerk))).await?;
    let answer = match goods {
        Return::Evaluate(goods) => {
            till.post("/pos/v1/returns/evaluate", None, &goods.body()?)
                .await?
        }
        Return::Commit(commit) => {
            let drawn = uuid::Uuid::now_v7().simple().to_string();
            let key = commit.key.clone().unwrap_or(drawn);
            till.post("/pos/v1/returns", Some(&key), &commit.goods.body()?)
                .await?
        }
        Return::Show { id, .. } => till.get(&format!("/pos/v1/returns/{id}")).await?,
    };
    if common.is_json() {
        print::json(&answer);
    } else {
        show(&answer);
    }
    Ok(())
}

impl Goods {
    fn body(&self) -> Result<Value, Failure> {
        let lines: Result<Vec<Value>, Failure> =
            self.lines.iter().map(|line| counted(line)).collect();
        Ok(json!({ "orderId": self.order, "lines": lines? }))
    }
}

fn counted(text: &str) -> Result<Value, Failure> {
    let (line, count) = text.split_once('=').unwrap_or((text, "1"));
    let count: u32 = count
        .parse()
        .map_err(|error| Failure::usage(format!("--line {text}: {count}: {error}; write 1=1")))?;
    Ok(json!({ "lineId": line, "quantity": count }))
}

fn show(answer: &Value) {
    for (member, what) in [
        ("id", "return"),
        ("orderId", "order"),
        ("status", "status"),
        ("location", "taken at"),
    ] {
        let value = text(answer, &format!("/{member}"));
        if !value.is_empty() {
            print::out(&format!("{what:<10} {value}"));
        }
    }
    print::out(&format!(
        "refund     {} (tax {})",
        money(answer, "/refund"),
        money(answer, "/tax")
    ));
    let (restored, reversed) = (
        text(answer, "/pointsRestored"),
        text(answer, "/pointsReversed"),
    );
    print::out(&format!(
        "points     {restored} restored, {reversed} taken back"
    ));
    for leg in items(answer, "legs") {
        let references: Vec<String> = items(&leg, "references")
            .iter()
            .map(|reference| text(reference, "/value"))
            .collect();
        let (name, state) = (text(&leg, "/leg"), text(&leg, "/state"));
        print::out(&format!(
            "leg        {name:<8} {state:<10} {}",
            references.join(", ")
        ));
    }
}
