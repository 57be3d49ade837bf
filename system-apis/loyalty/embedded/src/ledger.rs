//! The one way a balance changes: an entry, and the balance with it.

use crate::wire::{AccountObject, EntryList, EntryObject, LotObject, Member};
use crate::{Engine, Merchant, Seed};
use crate::{lots, sweep};
use axum::extract::{Query, State};
use crossdock_books::{Json, Outcome, Tx, VendorError};
use crossdock_model::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

/// The most entries that one answer shows.
const SHOWN: u32 = 500;

/// What one entry changes.
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
    /// Nothing yet, of that kind.
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
    let found = conn
        .prepare_cached("SELECT id FROM account WHERE merchant = ?1 AND member = ?2")?
        .query_row([merchant, member], |row| row.get(0))
        .optional()?;
    found.ok_or_else(|| VendorError::not_found("member").into())
}

/// The member of an account.
pub(crate) fn member_of(conn: &Connection, account: i64) -> rusqlite::Result<String> {
    conn.prepare_cached("SELECT member FROM account WHERE id = ?1")?
        .query_row([account], |row| row.get(0))
}

/// `GET /v1/accounts?member=`; what has lapsed by now is taken out first.
pub(crate) async fn account(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Query(which): Query<Member>,
) -> Result<Json<AccountObject>, VendorError> {
    let answer = engine.book.write(move |tx| {
        let account = account_of(tx, &merchant, &which.member)?;
        sweep::settle(tx, &engine.seed, account)?;
        Ok(shown(tx, &engine.seed, account, tx.now())?)
    });
    answer.await.map(Json)
}

fn shown(
    conn: &Connection,
    seed: &Seed,
    account: i64,
    now: Timestamp,
) -> rusqlite::Result<AccountObject> {
    let lots = lots::open_of(conn, account)?
        .into_iter()
        .map(|lot| LotObject {
            id: lots::name(lot.id),
            remaining: lot.remaining,
            expires_at: lot.expires_at,
            source: lot.source,
        })
        .collect();
    conn.prepare_cached(
        "SELECT a.member, b.available, b.pending, b.held, b.debt, b.qualifying, b.tier \
         FROM account a JOIN balance b ON b.account = a.id WHERE a.id = ?1",
    )?
    .query_row([account], |row| {
        Ok(AccountObject {
            member: row.get(0)?,
            program: seed.program.clone(),
            available: row.get(1)?,
            pending: row.get(2)?,
            held: row.get(3)?,
            debt: row.get(4)?,
            qualifying: row.get(5)?,
            tier: row.get(6)?,
            lots,
            as_of: now,
        })
    })
}

/// `GET /v1/entries?member=`, newest first.
pub(crate) async fn entries(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Query(which): Query<Member>,
) -> Result<Json<EntryList>, VendorError> {
    let entries = engine.book.read(|conn| {
        let known: Option<i64> = conn
            .prepare_cached("SELECT id FROM account WHERE merchant = ?1 AND member = ?2")?
            .query_row([&merchant, &which.member], |row| row.get(0))
            .optional()?;
        known.map(|account| entries_of(conn, account)).transpose()
    })?;
    let entries = entries.ok_or_else(|| VendorError::not_found("member"))?;
    Ok(Json(EntryList { entries }))
}

fn entries_of(conn: &Connection, account: i64) -> rusqlite::Result<Vec<EntryObject>> {
    conn.prepare_cached(
        "SELECT seq, at, kind, available, pending, held, debt, reference, cause \
         FROM entry WHERE account = ?1 ORDER BY seq DESC LIMIT ?2",
    )?
    .query_map(params![account, SHOWN], |row| {
        let seq: i64 = row.get(0)?;
        Ok(EntryObject {
            id: format!("ent-{seq}"),
            at: crate::time(row.get(1)?),
            kind: row.get(2)?,
            available: row.get(3)?,
            pending: row.get(4)?,
            held: row.get(5)?,
            debt: row.get(6)?,
            order: row.get(7)?,
            cause: row.get(8)?,
        })
    })?
    .collect()
}
