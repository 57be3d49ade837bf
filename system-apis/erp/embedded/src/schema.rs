//! The tables of the ERP's book: entries apart from balances, moves apart from stock.

/// Journal lines and stock moves are append-only: the triggers refuse everything else.
///
/// No index forbids a second document with the same reference: that is this vendor's trap, unless the kind of document
/// stands in `duplicate_check`.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS product (
    sku TEXT PRIMARY KEY, gtin TEXT, name TEXT NOT NULL, tax_category TEXT NOT NULL,
    brand TEXT NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL,
    cost_minor INTEGER NOT NULL, cost_currency TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS price (
    sku TEXT NOT NULL REFERENCES product (sku), currency TEXT NOT NULL, minor INTEGER NOT NULL,
    valid_from INTEGER NOT NULL, valid_until INTEGER, version INTEGER NOT NULL,
    PRIMARY KEY (sku, currency, version)
);
CREATE TABLE IF NOT EXISTS plant (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS account (number TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS closed_period (period TEXT PRIMARY KEY, closed_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS number_range (kind TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS duplicate_check (kind TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    company TEXT NOT NULL, reference TEXT NOT NULL, order_ref TEXT, customer TEXT,
    currency TEXT, total_minor INTEGER, posting_date TEXT NOT NULL, document_date TEXT NOT NULL,
    period TEXT NOT NULL, posted_at INTEGER NOT NULL, text TEXT,
    cancelled_at INTEGER, cancel_reason TEXT
);
CREATE INDEX IF NOT EXISTS document_reference ON document (reference, company, kind);
CREATE INDEX IF NOT EXISTS document_order ON document (order_ref);
CREATE TABLE IF NOT EXISTS document_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES document (id),
    line TEXT NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, currency TEXT,
    unit_minor INTEGER, net_minor INTEGER, tax_minor INTEGER
);
CREATE INDEX IF NOT EXISTS document_line_document ON document_line (document);
CREATE TABLE IF NOT EXISTS journal_line (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES document (id),
    company TEXT NOT NULL, account TEXT NOT NULL REFERENCES account (number),
    currency TEXT NOT NULL, debit_minor INTEGER NOT NULL CHECK (debit_minor >= 0),
    credit_minor INTEGER NOT NULL CHECK (credit_minor >= 0), text TEXT, posted_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS journal_line_document ON journal_line (document);
CREATE TABLE IF NOT EXISTS account_balance (
    company TEXT NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL,
    debit_minor INTEGER NOT NULL, credit_minor INTEGER NOT NULL,
    PRIMARY KEY (company, account, currency)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stock_move (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER REFERENCES document (id),
    sku TEXT NOT NULL, location TEXT NOT NULL, condition TEXT NOT NULL,
    quantity INTEGER NOT NULL, moved_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS stock_move_document ON stock_move (document);
CREATE TABLE IF NOT EXISTS stock (
    sku TEXT NOT NULL, location TEXT NOT NULL, condition TEXT NOT NULL,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0), PRIMARY KEY (sku, location, condition)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS journal_line_stays BEFORE UPDATE ON journal_line
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS journal_line_is_kept BEFORE DELETE ON journal_line
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS stock_move_stays BEFORE UPDATE ON stock_move
    BEGIN SELECT RAISE(ABORT, 'stock moves are append-only'); END;
CREATE TRIGGER IF NOT EXISTS stock_move_is_kept BEFORE DELETE ON stock_move
    BEGIN SELECT RAISE(ABORT, 'stock moves are append-only'); END;
";

/// The chart of accounts: the vendor's number with the shop's name for it.
pub(crate) const CHART: &[(&str, &str)] = &[
    ("1000", "bank"),
    ("1090", "clearing"),
    ("1200", "sponsor-receivable"),
    ("1300", "inventory"),
    ("2200", "tax-payable"),
    ("2300", "points-liability"),
    ("2400", "refund-payable"),
    ("4000", "revenue"),
    ("4010", "shipping-revenue"),
    ("4900", "breakage"),
    ("5000", "cost-of-goods-sold"),
    ("6100", "fees"),
    ("6200", "goodwill"),
    ("6900", "variance"),
];
/// Goods on hand, at cost.
pub(crate) const INVENTORY: &str = "1300";
/// Cost of what was sold.
pub(crate) const COST_OF_GOODS_SOLD: &str = "5000";
/// The stock type of goods that can be sold.
pub(crate) const UNRESTRICTED: &str = "new";
