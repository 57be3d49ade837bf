//! The one way a balance changes: an entry, and the balance with it.

use crate::seed::Seed;
use crossdock_books::{Outcome, Tx, VendorError};
use rusqlite::{Connection, OptionalExtension as _, params};

/// The changes of one entry to each balance of an account, in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Movement {
    pub(crate) kind: &'static str,
    pub(crate) available: i64,
    pub(crate) pending: i64,
    pub(crate) held: i64,
    pub(crate) debt: i64,
    pub(crate) qualifying: i64,
}

impl Movement {
    /// A movement of that kind which changes nothing yet.
    pub(crate) fn of(kind: &'static str) -> Self {
        Self {
            kind,
            available: 0,
            pending: 0,
            held: 0,
            debt: 0,
            qualifying: 0,
        }
    }
}

/// Writes the entry, moves the balance, and decides the tier anew where what was earned has changed.
pub(crate) fn post(
    tx: &Tx<'_>,
    seed: &Seed,
    account: i64,
    by: &Movement,
    reference: &str,
    cause: Option<&str>,
) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO entry (account, at, kind, available, pending, held, debt, qualifying, reference, cause) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        account,
        tx.now().as_millisecond(),
        by.kind,
        by.available,
        by.pending,
        by.held,
        by.debt,
        by.qualifying,
        reference,
        cause
    ])?;
    let qualifying: i64 = tx
        .prepare_cached(
            "UPDATE balance SET available = available + ?2, pending = pending + ?3, held = held + ?4, \
             debt = debt + ?5, qualifying = qualifying + ?6 WHERE account = ?1 RETURNING qualifying",
        )?
        .query_row(params![account, by.available, by.pending, by.held, by.debt, by.qualifying], |row| row.get(0))?;
    if by.qualifying != 0 {
        tx.prepare_cached("UPDATE balance SET tier = ?2 WHERE account = ?1")?
            .execute((account, seed.tier(qualifying)))?;
    }
    Ok(())
}

/// What an account can burn, and what it owes.
pub(crate) struct Balance {
    pub(crate) available: i64,
    pub(crate) debt: i64,
}

/// The balance as it stands.
pub(crate) fn balance(conn: &Connection, account: i64) -> rusqlite::Result<Balance> {
    conn.prepare_cached("SELECT available, debt FROM balance WHERE account = ?1")?
        .query_row([account], |row| {
            Ok(Balance {
                available: row.get(0)?,
                debt: row.get(1)?,
            })
        })
}

/// The account of a member; 404 where there is none.
pub(crate) fn account_of(conn: &Connection, merchant: &str, member: &str) -> Outcome<i64> {
    let found = find_account(conn, merchant, member)?;
    found.ok_or_else(|| VendorError::not_found("member").into())
}

/// The account of a member, where there is one.
pub(crate) fn find_account(
    conn: &Connection,
    merchant: &str,
    member: &str,
) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT id FROM account WHERE merchant = ?1 AND member = ?2")?
        .query_row([merchant, member], |row| row.get(0))
        .optional()
}

/// The member of an account.
pub(crate) fn member_of(conn: &Connection, account: i64) -> rusqlite::Result<String> {
    conn.prepare_cached("SELECT member FROM account WHERE id = ?1")?
        .query_row([account], |row| row.get(0))
}
