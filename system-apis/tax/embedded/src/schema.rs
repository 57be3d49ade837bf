//! The engine's tables: amounts in minor units, times in milliseconds since 1970.

pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS rates (
    country TEXT NOT NULL, region TEXT NOT NULL, category TEXT NOT NULL, valid_from TEXT NOT NULL,
    rate_millionths INTEGER NOT NULL,
    PRIMARY KEY (country, region, category, valid_from)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS calculations (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, company TEXT NOT NULL,
    created INTEGER NOT NULL, expires INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS calculations_expires ON calculations (expires);
CREATE TABLE IF NOT EXISTS transactions (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, company TEXT NOT NULL, code TEXT NOT NULL,
    order_number TEXT NOT NULL, currency TEXT NOT NULL, tax INTEGER NOT NULL,
    refunded INTEGER NOT NULL DEFAULT 0, content TEXT NOT NULL, created INTEGER NOT NULL,
    UNIQUE (code, company));
CREATE TABLE IF NOT EXISTS transaction_lines (
    transaction_id TEXT NOT NULL, number TEXT NOT NULL, amount INTEGER NOT NULL, tax INTEGER NOT NULL,
    refunded_amount INTEGER NOT NULL DEFAULT 0, refunded_tax INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (transaction_id, number));
CREATE TABLE IF NOT EXISTS refunds (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, company TEXT NOT NULL,
    transaction_code TEXT NOT NULL, code TEXT NOT NULL, currency TEXT NOT NULL,
    tax INTEGER NOT NULL, content TEXT NOT NULL, created INTEGER NOT NULL,
    UNIQUE (code, transaction_code, company));
CREATE TABLE IF NOT EXISTS refund_lines (
    refund_id TEXT NOT NULL, number TEXT NOT NULL, amount INTEGER NOT NULL, tax INTEGER NOT NULL,
    PRIMARY KEY (refund_id, number));
CREATE TABLE IF NOT EXISTS totals (
    currency TEXT PRIMARY KEY, committed INTEGER NOT NULL, reversed INTEGER NOT NULL) WITHOUT ROWID;
";
