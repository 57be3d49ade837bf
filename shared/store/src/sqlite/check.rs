//! What can be said against a batch without looking into the store.

use super::schema::REVISIONS;
use crate::{Batch, NewEvent, RecordWrite, StoreError};

/// A batch that can never be right is refused before it waits for anything.
pub(super) fn check(batch: &Batch, shards: u16) -> Result<(), StoreError> {
    let wrong = |why: String| Err(StoreError::Malformed(why));
    if batch.shard.0 >= shards {
        return wrong(format!("shard {} of a store with {shards}", batch.shard.0));
    }
    if let Some(write) = &batch.instance {
        if write.creates() != write.header.is_some() {
            return wrong(format!(
                "instance {} at revision {}: the first write, and only it, says what the instance is",
                write.id, write.expected
            ));
        }
        if write.expected + 1 >= REVISIONS {
            return wrong(format!(
                "instance {} has seen {} batches, which is the most",
                write.id, write.expected
            ));
        }
    } else if batch.changes.answer.is_some() {
        return wrong("an answer without the instance that it is the answer of".to_owned());
    }
    let records = &batch.changes.records;
    for (place, write) in records.iter().enumerate() {
        if records
            .iter()
            .take(place)
            .any(|other| other.id == write.id && other.kind == write.kind)
        {
            return wrong(format!("{} {} is written twice", write.kind, write.id));
        }
    }
    for event in &batch.changes.events {
        if record_of(batch, event).is_none() {
            return wrong(format!(
                "{} {} of {} {}, which the batch does not write",
                event.kind, event.id, event.aggregate.kind, event.aggregate.id
            ));
        }
    }
    Ok(())
}

/// The record write that an event belongs to.
fn record_of<'a>(batch: &'a Batch, event: &NewEvent) -> Option<&'a RecordWrite> {
    let mut records = batch.changes.records.iter();
    records.find(|write| is_about(event, write))
}

/// Whether the event is about the record that is written there.
pub(super) fn is_about(event: &NewEvent, write: &RecordWrite) -> bool {
    event.aggregate.id == write.id && event.aggregate.kind == write.kind
}

/// About how many bytes a batch puts on disk.
pub(super) fn estimated_bytes(batch: &Batch) -> usize {
    let changes = &batch.changes;
    let records: usize = changes
        .records
        .iter()
        .map(|write| write.body.len() + 150 + 100 * write.search.len())
        .sum();
    let events: usize = changes
        .events
        .iter()
        .map(|event| event.data.len() + 250)
        .sum();
    let answer = changes
        .answer
        .as_ref()
        .map_or(0, |answer| answer.body.len());
    let instance = batch.instance.as_ref().map_or(0, |write| {
        let entries: usize = write.entries.iter().map(|entry| entry.len() + 20).sum();
        entries + write.snapshot.as_ref().map_or(0, bytes::Bytes::len) + 300
    });
    records + events + answer + instance + 200
}
