//! The auditor: reads the tables of the backends' own books, never Crossdock's records.

use crossdock::Gateway;
use serde_json::{Map, Value};

/// A row of a book.
pub type Row = Map<String, Value>;

/// A member's balances at the loyalty engine, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    /// Points that can be spent now.
    pub available: i64,
    /// Earned, and not yet to be spent.
    pub pending: i64,
    /// Held for an order that is being placed.
    pub held: i64,
    /// Points that were taken back after they had been spent.
    pub debt: i64,
}

impl Points {
    /// Nothing is held for an order, and nothing is owed.
    pub fn of(available: i64, pending: i64) -> Self {
        Self {
            available,
            pending,
            held: 0,
            debt: 0,
        }
    }
}

/// An order's card money, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// How many payments there are for the order.
    pub payments: usize,
    /// Authorised when the order was placed.
    pub authorised: i64,
    /// Captured, shipment by shipment.
    pub captured: i64,
    /// Authorised and released without a capture.
    pub cancelled: i64,
    /// Refunds that are accepted and not settled yet.
    pub refund_pending: i64,
    /// Refunds that have settled.
    pub refunded: i64,
}

impl Card {
    /// One payment of the golden scenario, 96.47, of which nothing was refunded.
    pub fn of_g1(captured: i64, cancelled: i64) -> Self {
        Self {
            payments: 1,
            authorised: 9_647,
            captured,
            cancelled,
            refund_pending: 0,
            refunded: 0,
        }
    }
}

/// The books of every embedded backend of a shop.
#[derive(Debug)]
pub struct Books<'a> {
    gateway: &'a Gateway,
}

impl<'a> Books<'a> {
    pub(crate) fn new(gateway: &'a Gateway) -> Self {
        Self { gateway }
    }

    /// A whole table of one book.
    pub fn table(&self, domain: &str, connector: &str, table: &str) -> Vec<Row> {
        let backend = self.gateway.backend(domain, connector);
        let backend = backend.unwrap_or_else(|| panic!("no embedded backend {domain}/{connector}"));
        backend.book.table(table).expect("the table can be read")
    }

    /// The rows of a table in which some column holds that text.
    pub fn about(&self, domain: &str, table: &str, reference: &str) -> Vec<Row> {
        let rows = self.table(domain, "main", table);
        let names = |row: &Row| {
            row.values()
                .any(|value| value.as_str().is_some_and(|text| text.contains(reference)))
        };
        rows.into_iter().filter(names).collect()
    }

    /// A member's points at a loyalty engine.
    pub fn points(&self, connector: &str, member: &str) -> Points {
        let accounts = self.table("loyalty", connector, "account");
        let account = accounts.iter().find(|row| row["member"] == member);
        let account = &account.unwrap_or_else(|| panic!("no member {member}"))["id"];
        let balances = self.table("loyalty", connector, "balance");
        let row = balances.iter().find(|row| row["account"] == *account);
        let row = row.unwrap_or_else(|| panic!("no balance of {member}"));
        let of = |column: &str| row[column].as_i64().unwrap_or_default();
        let entries = self.table("loyalty", connector, "entry");
        let entries: Vec<Row> = entries
            .into_iter()
            .filter(|entry| entry["account"] == *account)
            .collect();
        for column in ["available", "pending", "held", "debt"] {
            assert_eq!(
                Self::sum(&entries, column),
                of(column),
                "entries and balance of {column} differ"
            );
        }
        Points {
            available: of("available"),
            pending: of("pending"),
            held: of("held"),
            debt: of("debt"),
        }
    }

    /// What a journal account holds by now: debits less credits.
    pub fn account(&self, erp: &str, name: &str) -> i64 {
        let number = self.number(erp, name);
        let lines = self.table("erp", erp, "journal_line");
        let lines: Vec<Row> = lines
            .into_iter()
            .filter(|line| line["account"] == number)
            .collect();
        Self::sum(&lines, "debit_minor") - Self::sum(&lines, "credit_minor")
    }

    /// The lines of the only document of that kind with that reference: account, debit, credit.
    pub fn entry(&self, erp: &str, kind: &str, reference: &str) -> Vec<(String, i64, i64)> {
        let documents = self.documents(erp, kind, reference);
        assert_eq!(
            documents.len(),
            1,
            "{kind} documents of {reference}: {documents:?}"
        );
        let chart = self.table("erp", erp, "account");
        let name = |number: &Value| {
            let account = chart.iter().find(|account| account["number"] == *number);
            account
                .and_then(|account| account["name"].as_str())
                .unwrap_or("?")
                .to_owned()
        };
        let lines = self.table("erp", erp, "journal_line");
        let of = lines
            .iter()
            .filter(|line| line["document"] == documents[0]["id"]);
        let amount = |line: &Row, column: &str| line[column].as_i64().unwrap_or_default();
        let read = |line: &Row| {
            (
                name(&line["account"]),
                amount(line, "debit_minor"),
                amount(line, "credit_minor"),
            )
        };
        of.map(read)
            .filter(|(_, debit, credit)| debit + credit != 0)
            .collect()
    }

    /// The ERP's documents of that kind whose reference, or whose order, is that.
    pub fn documents(&self, erp: &str, kind: &str, reference: &str) -> Vec<Row> {
        let documents = self.table("erp", erp, "document").into_iter();
        let about = |row: &Row| {
            row["kind"] == kind && (row["reference"] == reference || row["order_ref"] == reference)
        };
        documents.filter(about).collect()
    }

    /// How many of a SKU lie at a place in that condition, by the stock moves of the OMS or the ERP.
    pub fn on_hand(&self, domain: &str, connector: &str, sku: &str, place: &str) -> i64 {
        let shelves = self.table(domain, connector, "stock").into_iter();
        let here =
            |row: &Row| row["sku"] == sku && row["location"] == place && row["condition"] == "new";
        Self::sum(&shelves.filter(here).collect::<Vec<_>>(), "on_hand")
    }

    /// What the OMS's shelves promise to somebody: reserved and allocated units of a SKU.
    pub fn promised(&self, sku: &str) -> i64 {
        let shelves = self.table("oms", "main", "stock").into_iter();
        let shelves: Vec<Row> = shelves.filter(|row| row["sku"] == sku).collect();
        Self::sum(&shelves, "reserved") + Self::sum(&shelves, "allocated")
    }

    /// What became of an order's card money.
    pub fn card(&self, order: &str) -> Card {
        let payments = self.table("payment", "main", "payments").into_iter();
        let ours: Vec<Row> = payments.filter(|row| row["reference"] == order).collect();
        let balances = self.table("payment", "main", "balances").into_iter();
        let balances: Vec<Row> = balances
            .filter(|row| ours.iter().any(|own| own["id"] == row["payment"]))
            .collect();
        Card {
            payments: ours.len(),
            authorised: Self::sum(&balances, "authorised"),
            captured: Self::sum(&balances, "captured"),
            cancelled: Self::sum(&balances, "cancelled"),
            refund_pending: Self::sum(&balances, "refund_pending"),
            refunded: Self::sum(&balances, "refunded"),
        }
    }

    /// The tax declared for an order, and the part of it taken back.
    pub fn tax(&self, order: &str) -> (i64, i64) {
        let rows = self.table("tax", "main", "transactions").into_iter();
        let rows: Vec<Row> = rows.filter(|row| row["order_number"] == order).collect();
        (Self::sum(&rows, "tax"), Self::sum(&rows, "refunded"))
    }

    fn number(&self, erp: &str, name: &str) -> Value {
        let chart = self.table("erp", erp, "account");
        let account = chart.iter().find(|account| account["name"] == name);
        account.unwrap_or_else(|| panic!("no account {name}"))["number"].clone()
    }

    /// The sum of a column over some rows.
    pub fn sum(rows: &[Row], column: &str) -> i64 {
        rows.iter()
            .filter_map(|row| row.get(column))
            .filter_map(Value::as_i64)
            .sum()
    }
}
