//! The provider's tables: amounts in minor units, balances apart from the entries they sum up.

/// Times are milliseconds since 1970.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS payments (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, merchant_account TEXT NOT NULL,
    reference TEXT NOT NULL, token TEXT NOT NULL, currency TEXT NOT NULL,
    capture_before INTEGER NOT NULL, created INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS payments_reference ON payments (reference, merchant_account);
CREATE TABLE IF NOT EXISTS balances (
    payment TEXT PRIMARY KEY, currency TEXT NOT NULL, authorised INTEGER NOT NULL,
    held_until INTEGER NOT NULL, captured INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0, expired INTEGER NOT NULL DEFAULT 0,
    refund_pending INTEGER NOT NULL DEFAULT 0, refunded INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (
    seq INTEGER PRIMARY KEY, payment TEXT NOT NULL, document TEXT NOT NULL, kind TEXT NOT NULL,
    account TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS ledger_document ON ledger (document);
CREATE TABLE IF NOT EXISTS totals (
    account TEXT NOT NULL, currency TEXT NOT NULL, balance INTEGER NOT NULL, entries INTEGER NOT NULL,
    PRIMARY KEY (account, currency)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS captures (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, merchant_account TEXT NOT NULL,
    payment_reference TEXT NOT NULL, reference TEXT NOT NULL, payment TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL, merchant_data TEXT,
    created INTEGER NOT NULL, settled INTEGER);
CREATE INDEX IF NOT EXISTS captures_reference ON captures (reference, merchant_account);
CREATE INDEX IF NOT EXISTS captures_open ON captures (created) WHERE status = 'accepted';
CREATE TABLE IF NOT EXISTS refunds (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, merchant_account TEXT NOT NULL,
    payment_reference TEXT NOT NULL, reference TEXT NOT NULL, payment TEXT NOT NULL,
    amount INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL, merchant_data TEXT,
    created INTEGER NOT NULL, settled INTEGER, failure TEXT);
CREATE INDEX IF NOT EXISTS refunds_reference ON refunds (reference, merchant_account);
CREATE INDEX IF NOT EXISTS refunds_open ON refunds (created) WHERE status = 'accepted';
CREATE TABLE IF NOT EXISTS disputes (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, merchant_account TEXT NOT NULL,
    payment TEXT NOT NULL, payment_reference TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, reason TEXT NOT NULL, status TEXT NOT NULL, fee INTEGER NOT NULL,
    evidence_due_by INTEGER NOT NULL, created INTEGER NOT NULL, closed INTEGER);
CREATE INDEX IF NOT EXISTS disputes_payment ON disputes (payment);
CREATE TABLE IF NOT EXISTS tombstones (
    reference TEXT NOT NULL, merchant_account TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (reference, merchant_account)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS balances_held ON balances (held_until)
    WHERE authorised > captured + cancelled + expired;
";
