//! Messages that were taken: each once, remembered for longer than anybody sends it again.

use super::claims::day;
use super::outcome::Written;
use super::table::INBOX;
use crate::{Batch, Conflict};
use rusqlite::{Connection, params};

/// For how many days a message is remembered: vendors give up after days, a backend's own list of messages ends after 30.
const KEPT_DAYS: i64 = 90;
/// How many older ones a new message sweeps away: more than one, so the sweeping catches up.
const SWEPT_AT_ONCE: i64 = 16;

/// Notes the batch's message; a second batch with the same one conflicts.
pub(super) fn take(conn: &Connection, batch: &Batch) -> Written<()> {
    let Some(message) = &batch.inbox else {
        return Ok(());
    };
    let today = day(batch.at);
    let new = INBOX.insert(conn, params![message.source, message.id, today])?;
    if new == 0 {
        return Err(Conflict::Inbox.into());
    }
    conn.prepare_cached(
        "DELETE FROM inbox WHERE (source, id) IN
           (SELECT source, id FROM inbox WHERE day < ?1 ORDER BY day LIMIT ?2)",
    )?
    .execute(params![today - KEPT_DAYS, SWEPT_AT_ONCE])?;
    Ok(())
}
