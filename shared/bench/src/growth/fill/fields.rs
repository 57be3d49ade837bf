//! Every field of a batch that may say which order it is of, always in the same order.

use bytes::Bytes;
use crossdock_model::Timestamp;
use crossdock_store::{Batch, Cause, Changes, InstanceWrite};
use std::sync::Arc;
use uuid::Uuid;

/// One of them, to be read or to be replaced.
pub(crate) enum Field<'a> {
    Id(&'a mut Uuid),
    At(&'a mut Timestamp),
    Name(&'a mut Arc<str>),
    Key(&'a mut String),
    Json(&'a mut Bytes),
}

/// Calls that for each.
pub(crate) fn each_field(batch: &mut Batch, mut each: impl FnMut(Field<'_>)) {
    each(Field::At(&mut batch.at));
    if let Some(cause) = &mut batch.cause {
        of_cause(cause, &mut each);
    }
    if let Some(instance) = &mut batch.instance {
        of_instance(instance, &mut each);
    }
    of_changes(&mut batch.changes, &mut each);
    if let Some(message) = &mut batch.inbox {
        each(Field::Name(&mut message.id));
    }
    if let Some(bound) = &mut batch.binds {
        each(Field::Id(&mut bound.instance.0));
    }
}

fn of_cause(cause: &mut Cause, each: &mut impl FnMut(Field<'_>)) {
    each(Field::Name(&mut cause.correlation.0));
    cause
        .traceparent
        .iter_mut()
        .for_each(|trace| each(Field::Name(trace)));
    if let Some(claim) = &mut cause.claim {
        each(Field::Name(&mut claim.key));
    }
}

fn of_instance(instance: &mut InstanceWrite, each: &mut impl FnMut(Field<'_>)) {
    each(Field::Id(&mut instance.id.0));
    if let Some(header) = &mut instance.header {
        each(Field::Name(&mut header.key));
        each(Field::Name(&mut header.correlation.0));
    }
    instance.due.iter_mut().for_each(|due| each(Field::At(due)));
    let parked = instance.parked.iter_mut();
    let entries = instance.entries.iter_mut().chain(parked);
    for json in entries.chain(&mut instance.snapshot) {
        each(Field::Json(json));
    }
}

fn of_changes(changes: &mut Changes, each: &mut impl FnMut(Field<'_>)) {
    for record in &mut changes.records {
        each(Field::Id(&mut record.id));
        each(Field::Json(&mut record.body));
        for (_name, value) in &mut record.unique {
            each(Field::Key(value));
        }
        for key in &mut record.search {
            each(Field::Key(&mut key.value));
        }
    }
    for event in &mut changes.events {
        each(Field::Id(&mut event.id));
        each(Field::Id(&mut event.aggregate.id));
        each(Field::Json(&mut event.data));
    }
    if let Some(answer) = &mut changes.answer {
        each(Field::Name(&mut answer.body));
    }
}
