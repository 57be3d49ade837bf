//! Workflow instances: revisions, journals, snapshots, searches, answers.

use super::Outcome;
use super::samples::{at, batch, done, header, id, next, north, of, start};
use crate::{
    Answer, Appended, Conflict, InstanceQuery, InstanceWrite, QueueClass, Shard, Status, Store,
    StoreError, StoredInstance,
};
use bytes::Bytes;
use crossdock_model::{InstanceId, Tenant};
use std::sync::Arc;

async fn stored(store: &dyn Store, id: InstanceId) -> Result<StoredInstance, StoreError> {
    let gone = || StoreError::Corrupt(format!("instance {id} was written and is gone"));
    store.instance(id).await?.ok_or_else(gone)
}

/// The whole journal of an instance.
async fn journal(store: &dyn Store, id: InstanceId) -> Result<Vec<Bytes>, StoreError> {
    let history = store.history(id).await?;
    Ok(history.map_or_else(Vec::new, |history| history.entries))
}

/// What was journaled comes back in order, and the row says where the instance stands.
pub async fn an_instance_comes_back_as_it_was_left(store: Arc<dyn Store>) -> Outcome {
    let instance = InstanceId(id());
    done(&*store, of(start(instance, "1001"))).await?;
    let mut waits = next(instance, 1, "reserved");
    waits.entries.push(Bytes::from_static(b"waits"));
    waits.status = Status::Waiting;
    waits.due = Some(at(600));
    done(&*store, of(waits)).await?;
    let parked = InstanceWrite {
        status: Status::Parked,
        parked: Some(Bytes::from_static(b"why")),
        entries: Vec::new(),
        ..next(instance, 2, "")
    };
    done(&*store, of(parked)).await?;

    let stored = stored(&*store, instance).await?;
    assert_eq!(stored.row.header, header("1001"));
    assert_eq!(
        (stored.row.revision, stored.row.status, stored.row.due),
        (3, Status::Parked, None)
    );
    assert_eq!(stored.row.parked.as_deref(), Some(&b"why"[..]));
    assert_eq!(
        (stored.row.shard, stored.row.started),
        (super::samples::SHARD, at(0))
    );
    assert_eq!(
        stored.entries,
        ["started", "reserved", "waits"].map(Bytes::from)
    );
    assert_eq!(stored.entries, journal(&*store, instance).await?);
    assert!(store.instance(InstanceId(id())).await?.is_none());
    Ok(())
}

/// Loading begins at the snapshot; the journal stays whole.
pub async fn loading_begins_at_the_snapshot(store: Arc<dyn Store>) -> Outcome {
    let instance = InstanceId(id());
    done(&*store, of(start(instance, "1001"))).await?;
    let idle = InstanceWrite {
        snapshot: Some(Bytes::from_static(b"state")),
        ..next(instance, 1, "one")
    };
    done(&*store, of(idle)).await?;
    done(&*store, of(next(instance, 2, "two"))).await?;
    let stored = stored(&*store, instance).await?;
    assert_eq!(stored.snapshot, Some((2, Bytes::from_static(b"state"))));
    assert_eq!(stored.entries, [Bytes::from("two")]);
    assert_eq!(journal(&*store, instance).await?.len(), 3);
    Ok(())
}

/// A write with another revision than the stored one conflicts; a business key has one instance.
pub async fn an_instance_moves_one_revision_at_a_time(store: Arc<dyn Store>) -> Outcome {
    let (instance, rival) = (InstanceId(id()), InstanceId(id()));
    done(&*store, of(start(instance, "1001"))).await?;
    let stands = Appended::Conflict(Conflict::Revision { instance });
    for stale in [
        start(instance, "1002"),
        start(rival, "1001"),
        next(instance, 2, "late"),
    ] {
        assert_eq!(store.append(QueueClass::Progress, of(stale)).await?, stands);
    }
    assert_eq!(
        store
            .append(QueueClass::Progress, of(next(rival, 1, "nobody")))
            .await?,
        Appended::Conflict(Conflict::Revision { instance: rival })
    );
    for (tenant, holder) in [(north(), Some(instance)), (Tenant::from("south"), None)] {
        let found = store
            .instance_by_key(&tenant, "place-order", "1001")
            .await?;
        assert_eq!(found.map(|row| row.id), holder);
    }
    assert_eq!(journal(&*store, instance).await?.len(), 1);

    let mut stray = of(next(instance, 1, "stray"));
    stray.shard = Shard(0);
    assert!(matches!(
        store.append(QueueClass::Progress, stray).await,
        Err(StoreError::WrongShard { .. })
    ));
    let headless = InstanceWrite {
        header: None,
        ..start(rival, "1003")
    };
    assert!(matches!(
        store.append(QueueClass::Progress, of(headless)).await,
        Err(StoreError::Malformed(_))
    ));
    Ok(())
}

/// Recovery finds what can move: running, compensating, or a timer that is due.
pub async fn recovery_finds_what_can_move(store: Arc<dyn Store>) -> Outcome {
    let mut wanted = Vec::new();
    for (key, status, due, found) in [
        ("1", Status::Running, None, true),
        ("2", Status::Compensating, None, true),
        ("3", Status::Waiting, Some(at(60)), true),
        ("4", Status::Waiting, Some(at(61)), false),
        ("5", Status::Parked, None, false),
        ("6", Status::Completed, None, false),
    ] {
        let instance = InstanceId(id());
        done(&*store, of(start(instance, key))).await?;
        let mut moved = next(instance, 1, "moved");
        (moved.status, moved.due) = (status, due);
        done(&*store, of(moved)).await?;
        if found {
            wanted.push(instance);
        }
    }
    let found: Vec<InstanceId> = store
        .runnable(at(60), 10)
        .await?
        .iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(found, wanted);
    assert_eq!(store.runnable(at(60), 2).await?.len(), 2);
    Ok(())
}

/// Each member of a search restricts it.
pub async fn instances_are_found_by_what_is_asked(store: Arc<dyn Store>) -> Outcome {
    let (first, second) = (InstanceId(id()), InstanceId(id()));
    done(&*store, of(start(first, "1001"))).await?;
    let mut other = start(second, "1002");
    if let Some(header) = &mut other.header {
        header.tenant = Tenant::from("south");
    }
    other.status = Status::Parked;
    other.parked = Some(Bytes::from_static(b"why"));
    done(&*store, of(other)).await?;
    let any = InstanceQuery::default;
    let text = |text: &str| Some(text.to_owned());
    let (parked, tenant) = (Some(Status::Parked), Some(north()));
    let in_north = InstanceQuery { tenant, ..any() };
    let newest = InstanceQuery { limit: 1, ..any() };
    let older = InstanceQuery {
        before: Some(second),
        ..any()
    };
    let by_key = InstanceQuery {
        key: text("1002"),
        ..any()
    };
    let returns = InstanceQuery {
        workflow: text("return-order"),
        ..any()
    };
    let by_correlation = InstanceQuery {
        correlation: text("journey-1001"),
        ..any()
    };
    let parked_in_north = InstanceQuery {
        status: parked,
        ..in_north.clone()
    };
    let on_the_desk = InstanceQuery {
        status: parked,
        ..any()
    };
    let searches = [
        (any(), vec![second, first]),
        (newest, vec![second]),
        (older, vec![first]),
        (in_north, vec![first]),
        (by_key, vec![second]),
        (returns, vec![]),
        (by_correlation, vec![first]),
        (on_the_desk, vec![second]),
        (parked_in_north, vec![]),
    ];
    for (query, wanted) in searches {
        let found = store.instances(&query).await?;
        let found: Vec<InstanceId> = found.iter().map(|row| row.id).collect();
        assert_eq!(found, wanted, "{query:?}");
    }
    Ok(())
}

/// The first answer of an instance stands, byte for byte.
pub async fn the_answer_is_kept_as_it_was_given(store: Arc<dyn Store>) -> Outcome {
    let instance = InstanceId(id());
    let answered = |write, status, body: &str| {
        let mut batch = of(write);
        batch.changes.answer = Some(Answer {
            status,
            body: body.into(),
        });
        batch
    };
    done(&*store, of(start(instance, "1001"))).await?;
    assert_eq!(store.answer(instance).await?, None);
    done(
        &*store,
        answered(next(instance, 1, "placed"), 201, "{\"a\": 1}"),
    )
    .await?;
    done(&*store, answered(next(instance, 2, "settled"), 200, "{}")).await?;
    assert_eq!(
        store.answer(instance).await?,
        Some(Answer {
            status: 201,
            body: "{\"a\": 1}".into()
        })
    );

    let mut alone = batch();
    alone.changes.answer = Some(Answer {
        status: 200,
        body: "{}".into(),
    });
    assert!(matches!(
        store.append(QueueClass::Progress, alone).await,
        Err(StoreError::Malformed(_))
    ));
    Ok(())
}

/// A definition stays readable for the instances pinned to it, and keeping it again changes nothing.
pub async fn a_definition_is_kept(store: Arc<dyn Store>) -> Outcome {
    let body = Bytes::from_static(b"nodes");
    store.keep_definition("d1", "place-order", &body).await?;
    store.keep_definition("d1", "place-order", &body).await?;
    done(&*store, batch()).await?;
    assert_eq!(store.definition("d1").await?, Some(body));
    assert_eq!(store.definition("d2").await?, None);
    Ok(())
}
