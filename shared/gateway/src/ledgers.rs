//! The five ledgers as an auditor reads them: from the backends' own books, never from ours.

use crate::parts::Backend;
use crossdock_model::{Currency, Money};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The most pages that are read of one table.
const PAGES: usize = 1_000;

/// One account of one ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerRow {
    /// `stock`, `points`, `card money`, `tax`, `books`.
    pub ledger: &'static str,
    /// The account within the ledger, such as `A-1 promised`.
    pub account: String,
    /// `pcs`, `points`, or a currency.
    pub unit: String,
    /// How much, in the unit's smallest part.
    pub balance: i64,
}

/// Five ledgers at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ledgers(pub Vec<LedgerRow>);

type Key = (&'static str, String, String);

impl Ledgers {
    /// Reads them: stock of those SKUs, points of that member, and every account of money, tax and books.
    pub async fn read(backends: &[Backend], skus: &[&str], member: &str) -> Result<Self, String> {
        let mut sums: BTreeMap<Key, i64> = BTreeMap::new();
        for backend in backends {
            match backend.domain {
                "oms" => stock(backend, skus, &mut sums).await?,
                "loyalty" => points(backend, member, &mut sums).await?,
                "payment" => card_money(backend, &mut sums).await?,
                "tax" => tax(backend, &mut sums).await?,
                "erp" => books(backend, &mut sums).await?,
                _no_ledger => {}
            }
        }
        // Readers expect goods first and books last; accounts in order within each.
        let order = ["stock", "points", "card money", "tax", "books"];
        let mut rows: Vec<LedgerRow> = sums
            .into_iter()
            .map(|((ledger, account, unit), balance)| LedgerRow {
                ledger,
                account,
                unit,
                balance,
            })
            .collect();
        rows.sort_by_key(|row| order.iter().position(|ledger| *ledger == row.ledger));
        Ok(Self(rows))
    }

    /// The balance of an account; nothing was ever booked on one that is not there.
    pub fn balance(&self, ledger: &str, account: &str, unit: &str) -> i64 {
        let found = self
            .0
            .iter()
            .find(|row| row.ledger == ledger && row.account == account && row.unit == unit);
        found.map_or(0, |row| row.balance)
    }

    /// Each account with its balance before, after, and the change.
    pub fn compared(before: &Self, after: &Self) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for row in &after.0 {
            let was = before.balance(row.ledger, &row.account, &row.unit);
            rows.push(vec![
                row.ledger.to_owned(),
                row.account.clone(),
                row.unit.clone(),
                shown(was, &row.unit),
                shown(row.balance, &row.unit),
                shown(row.balance - was, &row.unit),
            ]);
        }
        rows
    }
}

async fn stock(
    backend: &Backend,
    skus: &[&str],
    sums: &mut BTreeMap<Key, i64>,
) -> Result<(), String> {
    for row in table(backend, "stock").await? {
        let sku = text(&row, "sku");
        if skus.contains(&sku.as_str()) {
            let kind = text(&row, "condition").to_lowercase();
            let mut add = |what: &str, member: &str| {
                let account = format!("{sku} {what}");
                *sums.entry(("stock", account, "pcs".into())).or_default() += number(&row, member);
            };
            add(&format!("on hand, {kind}"), "on_hand");
            add("promised", "reserved");
            add("promised", "allocated");
        }
    }
    Ok(())
}

async fn card_money(backend: &Backend, sums: &mut BTreeMap<Key, i64>) -> Result<(), String> {
    for row in listed(&ask(backend, "/v1/ledger").await?, "totals") {
        let key = ("card money", text(&row, "account"), text(&row, "currency"));
        *sums.entry(key).or_default() += number(&row, "balance");
    }
    Ok(())
}

async fn tax(backend: &Backend, sums: &mut BTreeMap<Key, i64>) -> Result<(), String> {
    for row in listed(&ask(backend, "/v1/books").await?, "totals") {
        for account in ["committed", "reversed", "owed"] {
            let key = ("tax", account.to_owned(), text(&row, "currency"));
            *sums.entry(key).or_default() += number(&row, account);
        }
    }
    Ok(())
}

async fn books(backend: &Backend, sums: &mut BTreeMap<Key, i64>) -> Result<(), String> {
    let names: BTreeMap<String, String> = table(backend, "account")
        .await?
        .iter()
        .map(|row| (text(row, "number"), text(row, "name")))
        .collect();
    for row in table(backend, "account_balance").await? {
        let number_of = text(&row, "account");
        let name = names.get(&number_of).cloned().unwrap_or(number_of);
        let key = ("books", name, text(&row, "currency"));
        *sums.entry(key).or_default() += number(&row, "debit_minor") - number(&row, "credit_minor");
    }
    Ok(())
}

async fn points(
    backend: &Backend,
    member: &str,
    sums: &mut BTreeMap<Key, i64>,
) -> Result<(), String> {
    let accounts = table(backend, "account").await?;
    let account = accounts.iter().find(|row| text(row, "member") == member);
    let account = account.map_or(0, |row| number(row, "id"));
    for row in table(backend, "balance").await? {
        if number(&row, "account") == account {
            for kind in ["available", "pending", "held", "debt"] {
                let key = ("points", kind.to_owned(), "points".to_owned());
                *sums.entry(key).or_default() += number(&row, kind);
            }
        }
    }
    Ok(())
}

/// A whole table of a backend's book, page by page.
async fn table(backend: &Backend, name: &str) -> Result<Vec<Value>, String> {
    let mut rows = Vec::new();
    let mut after = 0;
    for _page in 0..PAGES {
        let page = ask(backend, &format!("/books/{name}?after={after}&limit=1000")).await?;
        rows.extend(listed(&page, "rows"));
        match page.get("next").and_then(Value::as_i64) {
            Some(next) => after = next,
            None => return Ok(rows),
        }
    }
    Err(format!(
        "the table {name} of {} is too long to be shown",
        backend.domain
    ))
}

async fn ask(backend: &Backend, path: &str) -> Result<Value, String> {
    let at = |why: String| format!("{} {path}: {why}", backend.domain);
    let reply = backend
        .endpoint()
        .get(path)
        .send()
        .await
        .map_err(|error| at(error.to_string()))?;
    if !reply.status.is_success() {
        return Err(at(format!("answered {}", reply.status)));
    }
    reply.json().map_err(|fault| at(fault.to_string()))
}

fn listed(value: &Value, member: &str) -> Vec<Value> {
    value
        .get(member)
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

fn text(row: &Value, member: &str) -> String {
    row.get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn number(row: &Value, member: &str) -> i64 {
    row.get(member).and_then(Value::as_i64).unwrap_or(0)
}

fn shown(balance: i64, unit: &str) -> String {
    Currency::from_code(unit).map_or_else(
        || balance.to_string(),
        |currency| Money::new(balance, currency).amount(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(account: &str, balance: i64) -> LedgerRow {
        LedgerRow {
            ledger: "books",
            account: account.into(),
            unit: "USD".into(),
            balance,
        }
    }

    #[test]
    fn an_account_that_is_new_began_with_nothing() {
        let before = Ledgers(vec![row("clearing", 100)]);
        let after = Ledgers(vec![row("clearing", 9_747), row("revenue", -9_366)]);
        let compared = Ledgers::compared(&before, &after);
        assert_eq!(compared[0][3..], ["1.00", "97.47", "96.47"]);
        assert_eq!(compared[1][3..], ["0.00", "-93.66", "-93.66"]);
    }
}
