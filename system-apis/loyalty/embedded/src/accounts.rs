//! A member's account as it is asked for: its balances, its entries.

use crate::engine::{Engine, Merchant, time};
use crate::ledger;
use crate::seed::Seed;
use crate::wire::{AccountObject, EntryList, EntryObject, LotObject, Member};
use crate::{expiry, lots};
use axum::extract::{Query, State};
use crossdock_books::{Json, VendorError};
use crossdock_model::Timestamp;
use rusqlite::{Connection, params};

/// The most entries that one answer shows.
const MOST_ENTRIES: u32 = 500;

/// `GET /v1/accounts?member=`; what has lapsed by now is taken out first.
pub(crate) async fn account(
    State(engine): State<Engine>,
    Merchant(merchant): Merchant,
    Query(which): Query<Member>,
) -> Result<Json<AccountObject>, VendorError> {
    let answer = engine.book.write(move |tx| {
        let account = ledger::account_of(tx, &merchant, &which.member)?;
        expiry::expire_due(tx, &engine.seed, account)?;
        Ok(account_object(tx, &engine.seed, account, tx.now())?)
    });
    answer.await.map(Json)
}

fn account_object(
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
    let entries = engine
        .book
        .read(|conn| {
            let known = ledger::find_account(conn, &merchant, &which.member)?;
            known.map(|account| entries_of(conn, account)).transpose()
        })
        .await?;
    let entries = entries.ok_or_else(|| VendorError::not_found("member"))?;
    Ok(Json(EntryList { entries }))
}

fn entries_of(conn: &Connection, account: i64) -> rusqlite::Result<Vec<EntryObject>> {
    conn.prepare_cached(
        "SELECT seq, at, kind, available, pending, held, debt, reference, cause \
         FROM entry WHERE account = ?1 ORDER BY seq DESC LIMIT ?2",
    )?
    .query_map(params![account, MOST_ENTRIES], |row| {
        let seq: i64 = row.get(0)?;
        Ok(EntryObject {
            id: format!("ent-{seq}"),
            at: time(row.get(1)?),
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
