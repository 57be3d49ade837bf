//! What the backends' own books hold once everything has stopped: the effects, counted one by one.

use crossdock::{Gateway, Ledgers, Options, Selection, Settings};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The tables in which an effect is a row: domain, table, and the columns that say what it is.
const EFFECTS: &[(&str, &str, &[&str])] = &[
    ("oms", "reservation", &["state"]),
    ("oms", "reservation_release", &["cause"]),
    ("oms", "customer_order", &["state"]),
    ("oms", "line_cancellation", &[]),
    ("oms", "fulfilment_order", &["state"]),
    ("oms", "shipment", &[]),
    ("oms", "receipt", &[]),
    ("oms", "stock_move", &["cause"]),
    ("loyalty", "hold", &["state"]),
    ("loyalty", "hold_release", &["cause"]),
    ("loyalty", "burn", &[]),
    ("loyalty", "accrual", &[]),
    ("loyalty", "document", &["kind"]),
    ("loyalty", "entry", &["kind"]),
    ("payment", "payments", &[]),
    ("payment", "captures", &["status"]),
    ("payment", "refunds", &["status"]),
    ("payment", "ledger", &["kind", "account"]),
    ("tax", "transactions", &[]),
    ("tax", "refunds", &[]),
    ("erp", "document", &["kind"]),
    ("erp", "journal_line", &["account"]),
    ("erp", "stock_move", &["condition"]),
];

/// How many rows of which kind there are, and what every account comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// `domain table kind` to a number of rows.
    pub(crate) effects: BTreeMap<String, usize>,
    /// Every account of the five ledgers.
    pub(crate) ledgers: Ledgers,
}

impl Snapshot {
    /// Reads the books in a data folder that no process uses.
    pub(crate) async fn taken(folder: &Path) -> Self {
        let settings = Settings::defaults().expect("the defaults are whole");
        let options = Options::in_folder(folder).serving(Selection::Only(Vec::new()));
        let books = Gateway::build(settings, options)
            .await
            .expect("the books can be opened");
        let mut effects = BTreeMap::new();
        for (domain, table, columns) in EFFECTS {
            let book = &books.backend(domain, "main").expect("it is embedded").book;
            for row in book.table(table).expect("the table can be read") {
                let lines = columns.iter().filter_map(|column| row[*column].as_str());
                let name: Vec<&str> = [*domain, *table].into_iter().chain(lines).collect();
                *effects.entry(name.join(" ")).or_default() += 1;
            }
        }
        let skus = ["A-1", "B-1", "B-2"];
        let ledgers = Ledgers::read(books.backends(), &skus, "member-ada").await;
        books.stop().await;
        Self {
            effects,
            ledgers: ledgers.expect("the ledgers can be read"),
        }
    }

    /// How many rows there are whose name begins so.
    pub(crate) fn starting(&self, with: &str) -> usize {
        let fitting = self
            .effects
            .iter()
            .filter(|(effect, _)| effect.starts_with(with));
        fitting.map(|(_, count)| count).sum()
    }

    /// Every effect and account in which another snapshot differs.
    pub(crate) fn differences(&self, other: &Self) -> String {
        let names = self
            .effects
            .keys()
            .chain(other.effects.keys())
            .collect::<BTreeSet<_>>();
        let effects = names
            .into_iter()
            .filter(|name| self.count(name) != other.count(name));
        let mut lines: Vec<String> = effects
            .map(|name| {
                format!(
                    "{name}: {} instead of {}",
                    other.count(name),
                    self.count(name)
                )
            })
            .collect();
        for row in &other.ledgers.0 {
            let was = self.ledgers.balance(row.ledger, &row.account, &row.unit);
            if was != row.balance {
                lines.push(format!(
                    "{} {}: {} instead of {was}",
                    row.ledger, row.account, row.balance
                ));
            }
        }
        lines.join("; ")
    }

    /// How many there are of an effect.
    pub(crate) fn count(&self, effect: &str) -> usize {
        self.effects.get(effect).copied().unwrap_or(0)
    }
}
