//! The tables of the embedded backends' books: which have rows of orders, which add them up.

/// A table with rows of orders.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Its columns that count rows: its own, or those of a table that it refers to.
    pub(crate) numbers: &'static [&'static str],
}

/// A table of which every row adds up what many orders did.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Totals {
    pub(crate) name: &'static str,
    /// What tells its rows apart.
    pub(crate) key: &'static [&'static str],
    /// What each order adds to.
    pub(crate) sums: &'static [&'static str],
}

/// A backend's tables beside those that orders do not touch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tables {
    pub(crate) domain: &'static str,
    pub(crate) rows: &'static [Table],
    pub(crate) totals: &'static [Totals],
    /// A table, and its column that keeps the last number that was given.
    pub(crate) last_number: Option<(&'static str, &'static str)>,
}

const fn table(name: &'static str, numbers: &'static [&'static str]) -> Table {
    Table { name, numbers }
}

const fn totals(
    name: &'static str,
    key: &'static [&'static str],
    sums: &'static [&'static str],
) -> Totals {
    Totals { name, key, sums }
}

/// Every book has them.
pub(crate) const COMMON: &[Table] = &[
    table("request_log", &["seq"]),
    table("kept_answer", &[]),
    table("webhook_outbox", &["seq"]),
];

pub(crate) const ALL: &[Tables] = &[
    Tables {
        domain: "erp",
        rows: &[
            table("document", &["id"]),
            table("document_line", &["id", "document"]),
            table("journal_line", &["id", "document"]),
            table("stock_move", &["id", "document"]),
        ],
        totals: &[
            totals(
                "account_balance",
                &["company", "account", "currency"],
                &["debit_minor", "credit_minor"],
            ),
            totals("stock", &["sku", "location", "condition"], &["on_hand"]),
        ],
        last_number: Some(("number_range", "last")),
    },
    Tables {
        domain: "oms",
        rows: &[
            table("stock_move", &["id"]),
            table("reservation", &["number"]),
            table("reservation_line", &["id", "reservation"]),
            table("reservation_release", &["id", "reservation"]),
            table("customer_order", &["number"]),
            table("order_line", &["id", "customer_order"]),
            table("fulfilment_order", &["number", "customer_order"]),
            table("fulfilment_line", &["id", "fulfilment_order"]),
            table("shipment", &["number", "fulfilment_order"]),
        ],
        totals: &[totals(
            "stock",
            &["sku", "location", "condition"],
            &["on_hand", "reserved", "allocated"],
        )],
        last_number: Some(("stock", "sequence")),
    },
    Tables {
        domain: "loyalty",
        rows: &[
            table("entry", &["seq"]),
            table("lot", &["id"]),
            table("accrual", &["id"]),
            table("accrual_run", &["accrual", "lot"]),
            table("document", &["id"]),
        ],
        totals: &[totals(
            "balance",
            &["account"],
            &["available", "pending", "held", "debt", "qualifying"],
        )],
        last_number: None,
    },
    Tables {
        domain: "payment",
        rows: &[
            table("payments", &["seq"]),
            table("balances", &[]),
            table("ledger", &["seq"]),
            table("captures", &["seq"]),
        ],
        totals: &[totals(
            "totals",
            &["account", "currency"],
            &["balance", "entries"],
        )],
        last_number: None,
    },
    Tables {
        domain: "tax",
        rows: &[
            table("calculations", &["seq"]),
            table("transactions", &["seq"]),
            table("transaction_lines", &[]),
        ],
        totals: &[totals("totals", &["currency"], &["committed", "reversed"])],
        last_number: None,
    },
    Tables {
        domain: "customer",
        rows: &[],
        totals: &[],
        last_number: None,
    },
];
