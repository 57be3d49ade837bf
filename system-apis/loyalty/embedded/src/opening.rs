//! The members of a new book: opened once, with the points that they begin with.

use crate::ledger::{self, Movement};
use crate::lots;
use crate::seed::{Seed, SeedMember};
use crossdock_books::{Book, Outcome, Tx, VendorError};
use std::sync::Arc;

/// Opens the seed's members that the book does not know yet.
pub(crate) async fn open_members(book: &Book, seed: Arc<Seed>) -> Result<(), VendorError> {
    book.seed(move |tx| {
        for member in &seed.members {
            open(tx, &seed, member)?;
        }
        Ok(())
    })
    .await
}

fn open(tx: &Tx<'_>, seed: &Seed, member: &SeedMember) -> Outcome<()> {
    let opened = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO account (merchant, member, opened_at) VALUES (?1, ?2, ?3)",
        )?
        .execute((&seed.merchant, &*member.member.0, tx.now().as_millisecond()))?;
    if opened == 0 {
        return Ok(());
    }
    let account = tx.last_insert_rowid();
    tx.prepare_cached("INSERT INTO balance (account, tier) VALUES (?1, ?2)")?
        .execute((account, seed.tier(0)))?;
    let qualified = Movement {
        qualifying: member.qualifying,
        ..Movement::of("opening")
    };
    ledger::post(tx, seed, account, &qualified, "seed", None)?;
    for lot in &member.lots {
        let days = lot.expires_in_days.get();
        lots::open(tx, account, "opening", lot.points, days)?;
        let opening = Movement {
            available: lot.points,
            ..Movement::of("opening")
        };
        ledger::post(tx, seed, account, &opening, "seed", None)?;
    }
    Ok(())
}
