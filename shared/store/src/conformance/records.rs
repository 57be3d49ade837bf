//! Records: versions, unique keys, shards.

use super::Outcome;
use super::samples::{batch, done, event, id, north, order, ordered};
use crate::{Appended, Conflict, QueueClass, Shard, Store, StoreError, Version};
use crossdock_model::Tenant;
use std::sync::Arc;

/// A write with the version that was read succeeds, and the next version is one more.
pub async fn a_record_is_written_version_by_version(store: Arc<dyn Store>) -> Outcome {
    let id = id();
    assert!(store.record(&north(), "order", id).await?.is_none());
    done(&*store, ordered(id, 0, "OrderReceived")).await?;
    done(&*store, ordered(id, 1, "OrderPlaced")).await?;
    let stored = store.record(&north(), "order", id).await?;
    assert_eq!(
        stored.as_ref().map(|record| record.version),
        Some(Version(2))
    );
    assert_eq!(stored.map(|record| record.body), Some(order(id, 1).body));
    assert!(
        store
            .record(&Tenant::from("south"), "order", id)
            .await?
            .is_none(),
        "another retailer sees nothing"
    );
    Ok(())
}

/// A write with an old version conflicts, names the version that is there, and changes nothing.
pub async fn a_stale_record_write_conflicts(store: Arc<dyn Store>) -> Outcome {
    let (id, other) = (id(), id());
    done(&*store, ordered(id, 0, "OrderReceived")).await?;
    for (expected, of, actual) in [(0, id, 1), (4, id, 1), (1, other, 0)] {
        let mut stale = ordered(of, expected, "OrderPlaced");
        stale
            .changes
            .records
            .insert(0, order(super::samples::id(), 0));
        let conflict = Conflict::Record {
            kind: "order".to_owned(),
            id: of,
            actual: Version(actual),
        };
        assert_eq!(
            store.append(QueueClass::Progress, stale).await?,
            Appended::Conflict(conflict)
        );
    }
    assert_eq!(
        store.records(&north(), "order", None, 10).await?.len(),
        1,
        "the record before the stale one is gone too"
    );
    assert_eq!(
        store
            .events("order", &crate::Position::default(), 10)
            .await?
            .len(),
        1
    );
    Ok(())
}

/// Of many who read the same version at the same time, one wins.
pub async fn of_many_concurrent_writers_one_wins(store: Arc<dyn Store>) -> Outcome {
    let id = id();
    done(&*store, ordered(id, 0, "OrderReceived")).await?;
    let racing: Vec<_> = (0..64)
        .map(|_| store.append(QueueClass::Progress, ordered(id, 1, "OrderPlaced")))
        .collect();
    let mut won = 0;
    for racer in racing {
        won += u32::from(racer.await? == Appended::Done);
    }
    assert_eq!(won, 1);
    assert_eq!(
        store
            .record(&north(), "order", id)
            .await?
            .map(|record| record.version),
        Some(Version(2))
    );
    Ok(())
}

/// A business key belongs to one record of the tenant, and finds it.
pub async fn a_business_key_has_one_holder(store: Arc<dyn Store>) -> Outcome {
    let (first, second) = (id(), id());
    let numbered = |id| {
        let mut batch = batch();
        let mut write = order(id, 0);
        write.unique.push(("number", "1001".to_owned()));
        batch.changes.records.push(write);
        batch
    };
    done(&*store, numbered(first)).await?;
    let conflict = Conflict::Unique {
        kind: "order".to_owned(),
        name: "number".to_owned(),
        holder: first,
    };
    assert_eq!(
        store.append(QueueClass::Progress, numbered(second)).await?,
        Appended::Conflict(conflict)
    );
    assert!(store.record(&north(), "order", second).await?.is_none());
    let found = store
        .record_by_key(&north(), "order", "number", "1001")
        .await?;
    assert_eq!(found.map(|record| record.id), Some(first));
    assert!(
        store
            .record_by_key(&Tenant::from("south"), "order", "number", "1001")
            .await?
            .is_none()
    );

    let mut elsewhere = numbered(second);
    for write in &mut elsewhere.changes.records {
        write.tenant = Tenant::from("south");
    }
    done(&*store, elsewhere).await
}

/// Lists go from the newest to the oldest, page by page.
pub async fn records_are_listed_newest_first(store: Arc<dyn Store>) -> Outcome {
    let mut ids = Vec::new();
    for _ in 0..5 {
        let id = id();
        done(&*store, ordered(id, 0, "OrderReceived")).await?;
        ids.insert(0, id);
    }
    let first: Vec<_> = store
        .records(&north(), "order", None, 3)
        .await?
        .iter()
        .map(|record| record.id)
        .collect();
    let rest: Vec<_> = store
        .records(&north(), "order", first.last().copied(), 3)
        .await?
        .iter()
        .map(|record| record.id)
        .collect();
    assert_eq!([first, rest].concat(), ids);
    Ok(())
}

/// A record stays in its shard: a batch of another is a defect, and refused as one.
pub async fn a_record_of_another_shard_is_refused(store: Arc<dyn Store>) -> Outcome {
    let id = id();
    done(&*store, ordered(id, 0, "OrderReceived")).await?;
    for expected in [0, 1] {
        let mut stray = ordered(id, expected, "OrderPlaced");
        stray.shard = Shard(4);
        let refused = store.append(QueueClass::Progress, stray).await;
        assert!(
            matches!(
                refused,
                Err(StoreError::WrongShard {
                    actual: Shard(3),
                    batch: Shard(4),
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    let mut beyond = ordered(super::samples::id(), 0, "OrderReceived");
    beyond.shard = Shard(8);
    assert!(matches!(
        store.append(QueueClass::Progress, beyond).await,
        Err(StoreError::Malformed(_))
    ));
    Ok(())
}

/// One bad batch in a group takes none of its neighbours with it.
pub async fn a_failed_neighbour_leaves_the_others_alone(store: Arc<dyn Store>) -> Outcome {
    let taken = id();
    done(&*store, ordered(taken, 0, "OrderReceived")).await?;
    let mut appends = Vec::new();
    for n in 0..60 {
        // Every third writes something before it meets its conflict.
        let mut next = ordered(id(), 0, "OrderReceived");
        if n % 3 == 0 {
            next.changes.records.push(order(taken, 0));
            next.changes.events.push(event(taken, "OrderPlaced"));
        }
        appends.push((n % 3 == 0, store.append(QueueClass::Start, next)));
    }
    for (doomed, append) in appends {
        assert_eq!(append.await? != Appended::Done, doomed);
    }
    assert_eq!(store.records(&north(), "order", None, 100).await?.len(), 41);
    assert_eq!(
        store
            .events("order", &crate::Position::default(), 100)
            .await?
            .len(),
        41
    );
    Ok(())
}
