//! The tables that every book has beside its backend's own.

use std::sync::{Mutex, PoisonError};

const COMMON: &str = "
CREATE TABLE IF NOT EXISTS request_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    idempotency_key TEXT,
    client_ref TEXT,
    traceparent TEXT,
    body_hash BLOB NOT NULL,
    fault TEXT,
    status INTEGER,
    effect_kind TEXT,
    effect_id TEXT,
    replayed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS kept_answer (
    key TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    path TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    answer TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_answer_at ON kept_answer (at);
CREATE TABLE IF NOT EXISTS webhook_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    object TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    delivered_at INTEGER,
    last_error TEXT
);
CREATE INDEX IF NOT EXISTS webhook_outbox_open ON webhook_outbox (object, seq) WHERE delivered_at IS NULL;
CREATE INDEX IF NOT EXISTS webhook_outbox_untaken ON webhook_outbox (seq) WHERE delivered_at IS NULL;
CREATE INDEX IF NOT EXISTS webhook_outbox_due ON webhook_outbox (next_at) WHERE delivered_at IS NULL;
CREATE INDEX IF NOT EXISTS webhook_outbox_over ON webhook_outbox (delivered_at) WHERE delivered_at IS NOT NULL;
";

/// Every schema that was asked for, with the common tables: as many as there are backends in the program.
static WHOLE: Mutex<Vec<(&'static str, &'static str)>> = Mutex::new(Vec::new());

/// The backend's tables with the common ones, for the lifetime of the program.
pub(crate) fn with_common_tables(own: &'static str) -> &'static str {
    let mut whole = WHOLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_own, known)) = whole.iter().find(|(known, _whole)| *known == own) {
        return known;
    }
    let joined: &'static str = Box::leak(format!("{COMMON}{own}").into_boxed_str());
    whole.push((own, joined));
    joined
}
