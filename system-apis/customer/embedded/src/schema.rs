//! The CRM's tables.

/// People with every version of their profile; contacts are what the newest version can be found by.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS person (
    account TEXT NOT NULL, id TEXT NOT NULL, external_ref TEXT, content TEXT NOT NULL,
    revision INTEGER NOT NULL, merged_into TEXT, erased_at INTEGER,
    PRIMARY KEY (account, id)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS person_by_ref ON person (account, external_ref)
    WHERE external_ref IS NOT NULL;
CREATE TABLE IF NOT EXISTS profile (
    account TEXT NOT NULL, person TEXT NOT NULL, revision INTEGER NOT NULL,
    body TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (account, person, revision)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contact (
    account TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (account, field, value, person)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS contact_of ON contact (account, person);
CREATE TABLE IF NOT EXISTS number_range (account TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS consent (
    account TEXT NOT NULL, person TEXT NOT NULL, purpose TEXT NOT NULL, granted INTEGER NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (account, person, purpose, at)) WITHOUT ROWID;
";
