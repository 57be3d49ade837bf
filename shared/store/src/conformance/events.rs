//! Events: offsets without a hole, sequences without a gap, correlations, wake-ups.

use super::Outcome;
use super::samples::{at, batch, cause, done, event, id, next, north, of, order, ordered, start};
use crate::{
    Appended, Batch, FeedReader, Place, Position, QueueClass, Shard, Store, StoreError, StoredEvent,
};
use crossdock_model::{InstanceId, Tenant};
use std::sync::Arc;

/// Offsets of each shard run from 1 without a hole, however many write and fail at once.
pub async fn offsets_have_no_hole_under_concurrency(store: Arc<dyn Store>) -> Outcome {
    let taken = id();
    done(&*store, ordered(taken, 0, "OrderReceived")).await?;
    let mut appends = Vec::new();
    for n in 0..400_u16 {
        // Every seventh fails after its event has been given an offset elsewhere in the group.
        let mut one = ordered(id(), 0, "OrderReceived");
        one.shard = Shard(n % 8);
        if n % 7 == 0 {
            one.shard = Shard(3);
            one.changes.records.push(order(taken, 0));
        }
        appends.push(store.append(QueueClass::Progress, one));
    }
    let mut written = 1;
    for append in appends {
        written += usize::from(append.await? == Appended::Done);
    }
    let events = store.events("order", &Position::default(), 1_000).await?;
    assert_eq!(events.len(), written);
    for shard in 0..8 {
        let offsets: Vec<u64> = events
            .iter()
            .filter(|event| event.shard == Shard(shard))
            .map(|event| event.offset)
            .collect();
        let wanted: Vec<u64> = (1..=offsets.len() as u64).collect();
        assert_eq!(offsets, wanted, "shard {shard}");
    }
    Ok(())
}

/// A reader that asks for little at a time misses nothing and sees nothing twice.
pub async fn a_feed_is_read_page_by_page(store: Arc<dyn Store>) -> Outcome {
    for n in 0..50_u16 {
        let mut one = ordered(id(), 0, "OrderReceived");
        // Shard 1 is ten times as busy as the others.
        one.shard = if n < 40 { Shard(1) } else { Shard(n % 8) };
        done(&*store, one).await?;
    }
    let mut position = Position(vec![None; 8]);
    let mut seen = std::collections::HashSet::new();
    loop {
        let page = store.events("order", &position, 7).await?;
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        for event in page {
            assert!(seen.insert(event.id), "seen twice");
            if let Some(read) = position.0.get_mut(usize::from(event.shard.0)) {
                assert_eq!(event.offset, read.map_or(0, |read| read.offset) + 1);
                *read = Some(event.place());
            }
        }
    }
    assert_eq!(seen.len(), 50);
    assert!(
        store
            .events("nobody", &Position::default(), 7)
            .await?
            .is_empty()
    );
    Ok(())
}

/// A position is checked at every read: who has read another feed than this one learns in which shards, and reads nothing.
pub async fn a_position_of_another_feed_is_noticed(store: Arc<dyn Store>) -> Outcome {
    for shard in [0, 1, 1, 2] {
        let mut one = ordered(id(), 0, "OrderReceived");
        one.shard = Shard(shard);
        done(&*store, one).await?;
    }
    let events = store.events("order", &Position::default(), 10).await?;
    let [zero, first, second, two] = [0, 1, 2, 3].map(|at| events.get(at).map(StoredEvent::place));
    let ours = Position(vec![zero, first, two]);
    let next = store.events("order", &ours, 10).await?;
    let next: Vec<_> = next.iter().map(|event| Some(event.place())).collect();
    assert_eq!(next, [second]);

    let beyond = |place: Option<Place>| place.map(|place| Place { offset: 7, ..place });
    let other = |place: Option<Place>| {
        place.map(|place| Place {
            event: id(),
            ..place
        })
    };
    let later = |place: Option<Place>| place.map(|place| Place { at: at(1), ..place });
    let theirs = [
        // The feed ends earlier, has another event, has the same one written again, or has nothing at all.
        (vec![zero, first, beyond(two)], "order", vec![(2, two)]),
        (vec![zero, other(first)], "order", vec![(1, first)]),
        (
            vec![later(zero), later(second)],
            "order",
            vec![(0, zero), (1, second)],
        ),
        (vec![zero, first, None, zero], "order", vec![(3, None)]),
        (vec![zero], "nobody", vec![(0, None)]),
    ];
    for (position, feed, wanted) in theirs {
        let position = Position(position);
        let read = store.events(feed, &position, 10).await;
        assert!(read.is_err(), "{position:?} is none of {feed}");
        let Err(StoreError::Displaced(displaced)) = read else {
            return read.map(drop);
        };
        assert_eq!(&*displaced.feed, feed);
        let shards = displaced.shards.iter();
        let shards: Vec<_> = shards.map(|at| (at.shard.0, at.found)).collect();
        assert_eq!(shards, wanted, "{displaced}");
    }
    Ok(())
}

/// Readers of a feed are known by what they acknowledged last, until one is forgotten.
pub async fn readers_are_known_by_what_they_acknowledged(store: Arc<dyn Store>) -> Outcome {
    done(&*store, ordered(id(), 0, "OrderReceived")).await?;
    let events = store.events("order", &Position::default(), 10).await?;
    let read = Position(events.iter().map(|event| Some(event.place())).collect());
    assert_eq!(store.beginning("order").await?, Position::default());
    assert!(store.readers("order").await?.is_empty());
    let nothing = Position::default();
    store.acknowledge("order", "b", &nothing, at(1)).await?;
    store.acknowledge("order", "a", &nothing, at(1)).await?;
    store.acknowledge("order", "a", &read, at(2)).await?;
    store.acknowledge("oms", "a", &nothing, at(3)).await?;
    let readers = store.readers("order").await?;
    let known = |name: &str, acknowledged: &[u64], now| FeedReader {
        name: name.into(),
        acknowledged: acknowledged.to_vec(),
        at: at(now),
    };
    assert_eq!(readers, [known("a", &[1], 2), known("b", &[], 1)]);
    assert!(store.forget_reader("order", "a").await?);
    assert!(!store.forget_reader("order", "a").await?);
    assert_eq!(store.readers("order").await?, [known("b", &[], 1)]);
    Ok(())
}

/// A feed ends at the last event of each shard, and one that nobody wrote to nowhere.
pub async fn a_feed_ends_at_its_last_events(store: Arc<dyn Store>) -> Outcome {
    let order = id();
    done(&*store, ordered(order, 0, "OrderReceived")).await?;
    done(&*store, ordered(order, 1, "OrderPlaced")).await?;
    let events = store.events("order", &Position::default(), 10).await?;
    let ends = store.end("order").await?.0.into_iter().flatten();
    assert!(ends.eq(events.last().map(StoredEvent::place)));
    assert_eq!(store.end("nobody").await?, Position::default());
    Ok(())
}

/// Whatever the batches, the events of a record count from 1 without a gap.
pub async fn events_of_a_record_count_from_one(store: Arc<dyn Store>) -> Outcome {
    let (one, two) = (id(), id());
    done(&*store, ordered(one, 0, "OrderReceived")).await?;
    let mut both = ordered(one, 1, "OrderPlaced");
    both.changes.records.push(order(two, 0));
    both.changes.events.push(event(two, "OrderReceived"));
    both.changes.events.push(event(one, "OrderAllocated"));
    done(&*store, both).await?;
    // A version that nobody is told of, a conflict, and another after it.
    let mut silent = batch();
    silent.changes.records.push(order(one, 2));
    done(&*store, silent).await?;
    for stale in [0, 2] {
        let lost = ordered(one, stale, "OrderLost");
        let lost = store.append(QueueClass::Progress, lost).await?;
        assert!(matches!(lost, Appended::Conflict(_)), "{lost:?}");
    }
    // One that conflicts after its first record was written.
    let mut half = ordered(one, 3, "OrderLost");
    half.changes.records.push(order(two, 0));
    half.changes.events.push(event(two, "OrderLost"));
    let half = store.append(QueueClass::Progress, half).await?;
    assert!(matches!(half, Appended::Conflict(_)), "{half:?}");
    done(&*store, ordered(two, 1, "OrderPlaced")).await?;
    done(&*store, ordered(one, 3, "OrderCompleted")).await?;
    let stored = store.events("order", &Position::default(), 10).await?;
    let stored: Vec<(&str, bool, u64)> = stored
        .iter()
        .map(|event| (&*event.kind, event.aggregate_id == one, event.sequence))
        .collect();
    assert_eq!(
        stored,
        [
            ("OrderReceived", true, 1),
            ("OrderPlaced", true, 2),
            ("OrderReceived", false, 1),
            ("OrderAllocated", true, 3),
            ("OrderPlaced", false, 2),
            ("OrderCompleted", true, 4),
        ]
    );
    Ok(())
}

/// Of many that write one record at once the losers leave no gap among its events, however they share a commit.
pub async fn a_conflict_leaves_no_gap_in_a_sequence(store: Arc<dyn Store>) -> Outcome {
    let contested = id();
    done(&*store, ordered(contested, 0, "OrderReceived")).await?;
    for version in 1..=8 {
        let racing: Vec<_> = (0..16)
            .map(|_| {
                let racer = ordered(contested, version, "OrderChanged");
                store.append(QueueClass::Progress, racer)
            })
            .collect();
        let mut written = 0;
        for racer in racing {
            written += u32::from(racer.await? == Appended::Done);
        }
        assert_eq!(written, 1);
    }
    let events = store.events("order", &Position::default(), 100).await?;
    let sequences: Vec<u64> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(sequences, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    Ok(())
}

/// An event about a record that the batch does not write has no number, and is refused.
pub async fn an_event_without_its_record_is_refused(store: Arc<dyn Store>) -> Outcome {
    let mut stray = ordered(id(), 0, "OrderReceived");
    stray.changes.events.push(event(id(), "OrderPlaced"));
    assert!(matches!(
        store.append(QueueClass::Progress, stray).await,
        Err(StoreError::Malformed(_))
    ));
    let id = id();
    let mut twice: Batch = batch();
    twice.changes.records.extend([order(id, 0), order(id, 1)]);
    assert!(matches!(
        store.append(QueueClass::Progress, twice).await,
        Err(StoreError::Malformed(_))
    ));
    assert!(
        store
            .events("order", &Position::default(), 10)
            .await?
            .is_empty()
    );
    Ok(())
}

/// All events of an instance carry the correlation id it was started with, also those of a batch that nobody outside caused.
pub async fn events_of_an_instance_share_its_correlation(store: Arc<dyn Store>) -> Outcome {
    let (instance, order) = (InstanceId(id()), id());
    let mut first = ordered(order, 0, "OrderReceived");
    first.instance = Some(start(instance, "1001"));
    first.cause = Some(cause(None));
    done(&*store, first).await?;
    let mut second = ordered(order, 1, "OrderPlaced");
    second.instance = Some(next(instance, 1, "placed"));
    done(&*store, second).await?;
    done(&*store, ordered(id(), 0, "OrderReceived")).await?;

    let events = store.correlated_events(&north(), "journey-1001").await?;
    let kinds: Vec<&str> = events.iter().map(|event| &*event.kind).collect();
    assert_eq!(kinds, ["OrderReceived", "OrderPlaced"]);
    for event in &events {
        assert_eq!(
            event.causation.as_deref(),
            Some(instance.to_string().as_str())
        );
        assert_eq!(event.traceparent, cause(None).traceparent);
        assert_eq!(&*event.feed, "order");
        assert_eq!((event.aggregate_id, event.tenant.clone()), (order, north()));
    }
    assert!(
        store
            .correlated_events(&Tenant::from("south"), "journey-1001")
            .await?
            .is_empty()
    );
    Ok(())
}

/// A growth between the call and the first poll is not missed; another feed's growth wakes nobody.
pub async fn a_growth_before_the_wait_is_not_missed(store: Arc<dyn Store>) -> Outcome {
    let (order, other) = (store.grown("order"), store.grown("oms"));
    done(&*store, ordered(id(), 0, "OrderReceived")).await?;
    order.await;
    let mut other = std::pin::pin!(other);
    let waker = std::task::Waker::noop();
    let mut context = std::task::Context::from_waker(waker);
    assert!(other.as_mut().poll(&mut context).is_pending());
    assert_eq!(
        store.events("order", &Position::default(), 1).await?.len(),
        1,
        "who is woken finds it"
    );
    let mut without_events = of(start(InstanceId(id()), "1002"));
    without_events
        .changes
        .records
        .push(super::samples::order(id(), 0));
    let mut order = std::pin::pin!(store.grown("order"));
    done(&*store, without_events).await?;
    assert!(order.as_mut().poll(&mut context).is_pending());
    Ok(())
}
