//! Events: each gets the next offset of its feed's shard, and the next number of the record it is about.

use super::check;
use super::feed;
use super::instance::Existing;
use super::memory::Memory;
use super::outcome::{FeedGrowth, NotWritten, Written};
use super::record::WrittenRecord;
use super::rows::nanos;
use super::schema::{EVENT_OFFSETS, event_base};
use super::table::EVENT;
use crate::{Batch, NewEvent, StoreError};
use crossdock_model::Correlation;
use rusqlite::{Connection, params};

/// What all events of a batch have in common.
struct Envelope<'a> {
    correlation: Option<&'a str>,
    causation: Option<String>,
    traceparent: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    /// The correlation id is the instance's; a batch of no instance takes its caller's.
    fn of(batch: &'a Batch, existing: Option<&'a Existing>) -> Self {
        let cause = batch.cause.as_ref();
        let origin = existing.and_then(|existing| existing.origin.as_ref());
        let header = batch
            .instance
            .as_ref()
            .and_then(|write| write.header.as_ref());
        let correlation = origin
            .map(|(correlation, _)| correlation.as_str())
            .or_else(|| header.map(|header| &*header.correlation.0))
            .or_else(|| cause.map(|cause| &*cause.correlation.0));
        let traceparent = cause
            .and_then(|cause| cause.traceparent.as_deref())
            .or_else(|| origin.and_then(|(_, traceparent)| traceparent.as_deref()));
        let message = batch.inbox.as_ref().map(|message| message.id.to_string());
        let causation =
            message.or_else(|| batch.instance.as_ref().map(|write| write.id.to_string()));
        Self {
            correlation,
            causation,
            traceparent,
        }
    }
}

pub(super) fn write(
    conn: &Connection,
    batch: &Batch,
    wrote: (Option<&Existing>, &[WrittenRecord<'_>]),
    memory: &Memory,
) -> Written<FeedGrowth> {
    let (existing, records) = wrote;
    let events = &batch.changes.events;
    let mut growth = FeedGrowth::new();
    if events.is_empty() {
        return Ok(growth);
    }
    let envelope = Envelope::of(batch, existing);
    for (index, event) in events.iter().enumerate() {
        let about = |record: &&WrittenRecord<'_>| check::is_about(event, record.write);
        let Some(record) = records.iter().find(about) else {
            return Err(NotWritten::Wrong(StoreError::Malformed(format!(
                "{} without its record",
                event.id
            )))
            .into());
        };
        let known = growth
            .iter()
            .find(|(name, _)| *name == event.feed)
            .map(|(_, number)| *number);
        let number = if let Some(number) = known {
            number
        } else {
            let number = feed::number(conn, event.feed, memory)?;
            growth.push((event.feed, number));
            number
        };
        let so_far = events.iter().take(index + 1);
        let so_far = so_far.filter(|other| check::is_about(other, record.write));
        let sequence = record.events_before + so_far.fold(0, |count, _| count + 1);
        let place = next_place(conn, batch, number)?;
        insert(
            conn,
            batch,
            event,
            &Row {
                place,
                sequence,
                record,
                envelope: &envelope,
            },
        )?;
    }
    Ok(growth)
}

struct Row<'a> {
    place: i64,
    sequence: i64,
    record: &'a WrittenRecord<'a>,
    envelope: &'a Envelope<'a>,
}

fn insert(conn: &Connection, batch: &Batch, event: &NewEvent, row: &Row<'_>) -> Written<()> {
    let begun;
    let correlation = if let Some(correlation) = row.envelope.correlation {
        correlation
    } else {
        begun = Correlation::begin(event.id);
        &*begun.0
    };
    let values = params![
        row.place,
        event.id.as_bytes(),
        row.record.write.tenant.as_str(),
        event.aggregate.kind,
        event.aggregate.id.as_bytes(),
        row.sequence,
        event.kind,
        correlation,
        row.envelope.causation,
        row.envelope.traceparent,
        nanos(batch.at),
        &event.data[..]
    ];
    EVENT.insert(conn, values)?;
    Ok(())
}

/// One after the last, read inside the transaction: a rollback takes it back, and there is never a hole.
fn next_place(conn: &Connection, batch: &Batch, feed: i64) -> Written<i64> {
    let base = event_base(feed, batch.shard);
    let last: Option<i64> = conn
        .prepare_cached("SELECT max(place) FROM event WHERE place > ?1 AND place <= ?2")?
        .query_row([base, base + EVENT_OFFSETS], |row| row.get(0))?;
    Ok(last.unwrap_or(base) + 1)
}
