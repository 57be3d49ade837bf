//! How our values look in a row.

use super::schema::EVENT_OFFSETS;
use super::table::{ARCHIVED_EVENT, EVENT, EVENT_ARCHIVED, READER, RECORD, WORKFLOW};
use crate::{
    ArchiveMonth, FeedReader, InstanceHeader, InstanceRow, Place, Record, Shard, Status,
    StoredEvent, Version,
};
use bytes::Bytes;
use crossdock_model::{Correlation, InstanceId, Tenant, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use std::sync::Arc;
use uuid::Uuid;

/// Nanoseconds since 1970, which an integer holds until 2262; later times are written as that end.
pub(super) fn nanos(at: Timestamp) -> i64 {
    let nanos = at.as_nanosecond();
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

/// Numbers of ours never reach the sign.
pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn number(row: &Row<'_>, column: usize) -> Result<u64> {
    let stored: i64 = row.get(column)?;
    u64::try_from(stored).map_err(|_negative| Error::IntegralValueOutOfRange(column, stored))
}

pub(super) fn status_code(status: Status) -> i64 {
    match status {
        Status::Running => 0,
        Status::Waiting => 1,
        Status::Compensating => 2,
        Status::Parked => 3,
        Status::Completed => 4,
        Status::Compensated => 5,
        Status::Cancelled => 6,
    }
}

fn status(row: &Row<'_>, column: usize) -> Result<Status> {
    Ok(match row.get(column)? {
        0 => Status::Running,
        1 => Status::Waiting,
        2 => Status::Compensating,
        3 => Status::Parked,
        4 => Status::Completed,
        5 => Status::Compensated,
        6 => Status::Cancelled,
        other => return Err(Error::IntegralValueOutOfRange(column, other)),
    })
}

pub(super) fn uuid(row: &Row<'_>, column: usize) -> Result<Uuid> {
    Ok(Uuid::from_bytes(row.get(column)?))
}

pub(super) fn bytes(row: &Row<'_>, column: usize) -> Result<Bytes> {
    Ok(Bytes::from(row.get::<_, Vec<u8>>(column)?))
}

pub(super) fn time(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    Timestamp::from_nanosecond(i128::from(row.get::<_, i64>(column)?))
        .map_err(|error| Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))
}

pub(super) fn month(number: i64) -> Result<ArchiveMonth> {
    let none = Error::IntegralValueOutOfRange(15, number);
    ArchiveMonth::from_number(number).ok_or(none)
}

/// A row of [`WORKFLOW`].
pub(super) fn instance(row: &Row<'_>) -> Result<InstanceRow> {
    WORKFLOW.verify(row)?;
    Ok(InstanceRow {
        id: InstanceId(uuid(row, 0)?),
        shard: Shard(row.get(1)?),
        header: InstanceHeader {
            tenant: Tenant(row.get(2)?),
            workflow: row.get(3)?,
            key: row.get(4)?,
            definition: row.get(5)?,
            correlation: Correlation(row.get(6)?),
        },
        started: time(row, 8)?,
        revision: number(row, 9)?,
        status: status(row, 10)?,
        due: if row.get::<_, Option<i64>>(11)?.is_some() {
            Some(time(row, 11)?)
        } else {
            None
        },
        parked: row.get::<_, Option<Vec<u8>>>(12)?.map(Bytes::from),
        updated: time(row, 14)?,
        archived: row.get::<_, Option<i64>>(15)?.map(month).transpose()?,
    })
}

/// A row of [`RECORD`].
pub(super) fn record(row: &Row<'_>) -> Result<Record> {
    RECORD.verify(row)?;
    Ok(Record {
        id: uuid(row, 2)?,
        shard: Shard(row.get(3)?),
        version: Version(number(row, 4)?),
        updated: time(row, 6)?,
        body: bytes(row, 7)?,
    })
}

/// A row of [`EVENT`].
pub(super) fn event(row: &Row<'_>, feed: &Arc<str>) -> Result<StoredEvent> {
    EVENT.verify(row)?;
    let offset = number(row, 0)? & EVENT_OFFSETS.unsigned_abs();
    let stands = (Arc::clone(feed), shard_of_place(row.get(0)?), offset);
    event_at(row, 1, stands, 2)
}

/// A row of [`ARCHIVED_EVENT`], in a month's file.
pub(super) fn event_of_month(row: &Row<'_>) -> Result<StoredEvent> {
    ARCHIVED_EVENT.verify(row)?;
    let stands = (row.get(1)?, Shard(row.get(2)?), number(row, 3)?);
    event_at(row, 0, stands, 4)
}

/// An event that stands there, with its id in that column; from the last one on both tables have the same.
fn event_at(
    row: &Row<'_>,
    id: usize,
    (feed, shard, offset): (Arc<str>, Shard, u64),
    rest: usize,
) -> Result<StoredEvent> {
    Ok(StoredEvent {
        id: uuid(row, id)?,
        feed,
        shard,
        offset,
        tenant: Tenant(row.get(rest)?),
        aggregate_kind: row.get(rest + 1)?,
        aggregate_id: uuid(row, rest + 2)?,
        sequence: number(row, rest + 3)?,
        kind: row.get(rest + 4)?,
        correlation: row.get(rest + 5)?,
        causation: row.get(rest + 6)?,
        traceparent: row.get(rest + 7)?,
        at: time(row, rest + 8)?,
        data: bytes(row, rest + 9)?,
    })
}

/// A row of [`EVENT_ARCHIVED`].
pub(super) fn archived_event(row: &Row<'_>) -> Result<(Shard, Place)> {
    EVENT_ARCHIVED.verify(row)?;
    let place = Place {
        offset: number(row, 1)?,
        event: uuid(row, 2)?,
        at: time(row, 3)?,
    };
    Ok((shard_of_place(row.get(0)?), place))
}

/// A row of [`READER`].
pub(super) fn reader(row: &Row<'_>) -> Result<FeedReader> {
    READER.verify(row)?;
    let packed: Vec<u8> = row.get(2)?;
    let (offsets, _none) = packed.as_chunks::<8>();
    Ok(FeedReader {
        name: row.get(1)?,
        acknowledged: offsets.iter().copied().map(u64::from_le_bytes).collect(),
        at: time(row, 3)?,
    })
}

/// The shard that a place of an event is in.
pub(super) fn shard_of_place(place: i64) -> Shard {
    Shard(u16::try_from(place >> 40 & 0xffff).unwrap_or(u16::MAX))
}

/// The entries of one batch as one value: each after its length.
pub(super) fn pack(entries: &[Bytes]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(entries.iter().map(|entry| entry.len() + 4).sum());
    for entry in entries {
        packed.extend_from_slice(&u32::try_from(entry.len()).unwrap_or(u32::MAX).to_le_bytes());
        packed.extend_from_slice(entry);
    }
    packed
}

/// The reverse; `None` when the value was cut or changed.
pub(super) fn unpack(packed: Vec<u8>, entries: &mut Vec<Bytes>) -> Option<()> {
    let mut rest = Bytes::from(packed);
    while !rest.is_empty() {
        let length = u32::from_le_bytes(*rest.first_chunk::<4>()?);
        let length = usize::try_from(length).ok()?;
        let mut entry = rest.split_off(4);
        if entry.len() < length {
            return None;
        }
        rest = entry.split_off(length);
        entries.push(entry);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_come_back_as_they_were(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6)) {
            let entries: Vec<Bytes> = entries.into_iter().map(Bytes::from).collect();
            let mut back = Vec::new();
            prop_assert_eq!(unpack(pack(&entries), &mut back), Some(()));
            prop_assert_eq!(back, entries);
        }
    }

    #[test]
    fn a_cut_value_is_noticed() {
        let mut packed = pack(&[Bytes::from_static(b"entry")]);
        packed.pop();
        assert_eq!(unpack(packed, &mut Vec::new()), None);
    }
}
