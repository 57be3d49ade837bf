//! The tables of the loyalty engine; balances are kept apart from entries so that each can check the other.

pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY, merchant TEXT NOT NULL, member TEXT NOT NULL, opened_at INTEGER NOT NULL,
    UNIQUE (merchant, member)
);
CREATE TABLE IF NOT EXISTS balance (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    available INTEGER NOT NULL DEFAULT 0 CHECK (available >= 0),
    pending INTEGER NOT NULL DEFAULT 0 CHECK (pending >= 0),
    held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    debt INTEGER NOT NULL DEFAULT 0 CHECK (debt >= 0),
    qualifying INTEGER NOT NULL DEFAULT 0, tier TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account (id),
    at INTEGER NOT NULL, kind TEXT NOT NULL,
    available INTEGER NOT NULL, pending INTEGER NOT NULL, held INTEGER NOT NULL, debt INTEGER NOT NULL,
    qualifying INTEGER NOT NULL, reference TEXT NOT NULL, cause TEXT
);
CREATE INDEX IF NOT EXISTS entry_account ON entry (account, seq);
CREATE TABLE IF NOT EXISTS lot (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL REFERENCES account (id),
    source TEXT NOT NULL, opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    issued INTEGER NOT NULL, remaining INTEGER NOT NULL CHECK (remaining >= 0),
    promised INTEGER NOT NULL DEFAULT 0 CHECK (promised >= 0)
);
CREATE INDEX IF NOT EXISTS lot_open ON lot (account, expires_at) WHERE remaining > 0;
CREATE INDEX IF NOT EXISTS lot_due ON lot (expires_at) WHERE remaining > promised;
CREATE TABLE IF NOT EXISTS hold (
    id INTEGER PRIMARY KEY AUTOINCREMENT, merchant TEXT NOT NULL, reference TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account (id), points INTEGER NOT NULL, state TEXT NOT NULL,
    held_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS hold_reference ON hold (merchant, reference);
CREATE INDEX IF NOT EXISTS hold_due ON hold (expires_at) WHERE state = 'held';
CREATE INDEX IF NOT EXISTS hold_open ON hold (account, expires_at) WHERE state = 'held';
CREATE TABLE IF NOT EXISTS hold_lot (
    id INTEGER PRIMARY KEY AUTOINCREMENT, hold INTEGER NOT NULL REFERENCES hold (id),
    lot INTEGER NOT NULL REFERENCES lot (id), quantity INTEGER NOT NULL, restored INTEGER NOT NULL DEFAULT 0,
    UNIQUE (hold, lot)
);
CREATE TABLE IF NOT EXISTS hold_release (
    id INTEGER PRIMARY KEY AUTOINCREMENT, merchant TEXT NOT NULL, reference TEXT NOT NULL,
    hold INTEGER REFERENCES hold (id), points INTEGER NOT NULL, cause TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS hold_release_reference ON hold_release (merchant, reference);
CREATE TABLE IF NOT EXISTS burn (
    id INTEGER PRIMARY KEY AUTOINCREMENT, merchant TEXT NOT NULL, reference TEXT NOT NULL,
    hold INTEGER NOT NULL UNIQUE REFERENCES hold (id), points INTEGER NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS accrual (
    id INTEGER PRIMARY KEY AUTOINCREMENT, merchant TEXT NOT NULL, reference TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES account (id), rule TEXT NOT NULL, points INTEGER NOT NULL,
    at INTEGER NOT NULL, UNIQUE (merchant, reference)
);
CREATE TABLE IF NOT EXISTS accrual_run (
    accrual INTEGER NOT NULL REFERENCES accrual (id),
    line TEXT NOT NULL, first INTEGER NOT NULL CHECK (first >= 1), last INTEGER NOT NULL CHECK (last >= first),
    points_each INTEGER NOT NULL, state TEXT NOT NULL, lot INTEGER REFERENCES lot (id),
    PRIMARY KEY (accrual, line, first)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, merchant TEXT NOT NULL,
    reference TEXT NOT NULL, cause TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL,
    at INTEGER NOT NULL, UNIQUE (kind, merchant, reference, cause)
);
";
