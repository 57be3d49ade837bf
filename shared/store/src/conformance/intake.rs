//! What comes in: idempotency keys, messages, cursors, epochs.

use super::Outcome;
use super::samples::{at, batch, cause, claim, done, id, next, of, start};
use crate::{
    Appended, Batch, Binding, Claimed, Conflict, CursorWrite, Epoch, MessageId, QueueClass, Store,
};
use crossdock_model::InstanceId;
use std::sync::Arc;

fn placed(instance: InstanceId, business_key: &str, key: &str, second: i64) -> Batch {
    Batch {
        at: at(second),
        cause: Some(cause(Some(claim(key)))),
        ..of(start(instance, business_key))
    }
}

const DAY: i64 = 86_400;

/// The first Start binds its key; the second learns to which instance, and nothing of it is written.
pub async fn an_idempotency_key_binds_one_instance(store: Arc<dyn Store>) -> Outcome {
    let (first, second) = (InstanceId(id()), InstanceId(id()));
    assert_eq!(store.claimed(&claim("k1")).await?, None);
    done(&*store, placed(first, "1001", "k1", 0)).await?;
    let bound = Claimed {
        instance: first,
        fingerprint: [7; 32],
        status: None,
    };
    assert_eq!(store.claimed(&claim("k1")).await?, Some(bound));
    for second_at in [1, DAY, 6 * DAY] {
        let retry = store
            .append(QueueClass::Start, placed(second, "1002", "k1", second_at))
            .await?;
        assert_eq!(
            retry,
            Appended::Conflict(Conflict::Claim {
                instance: first,
                fingerprint: [7; 32]
            })
        );
    }
    assert!(store.instance(second).await?.is_none());
    let mut other_scope = placed(second, "1002", "k1", 1);
    if let Some(claim) = other_scope
        .cause
        .as_mut()
        .and_then(|cause| cause.claim.as_mut())
    {
        claim.scope = "north|pos|order.place".into();
    }
    done(&*store, other_scope).await
}

/// A key can be bound to an instance that was there before, once, and with a status of its own.
pub async fn a_key_binds_an_instance_that_was_there_before(store: Arc<dyn Store>) -> Outcome {
    let instance = InstanceId(id());
    done(&*store, placed(instance, "1001", "k1", 0)).await?;
    let status = Some(200);
    let also = || {
        let mut also = placed(instance, "1001", "k2", 1);
        also.instance = None;
        also.binds = Some(Binding { instance, status });
        also
    };
    done(&*store, also()).await?;
    let fingerprint = [7; 32];
    let bound = Claimed {
        instance,
        fingerprint,
        status,
    };
    assert_eq!(store.claimed(&claim("k2")).await?, Some(bound));
    assert_eq!(
        store.append(QueueClass::Start, also()).await?,
        Appended::Conflict(Conflict::Claim {
            instance,
            fingerprint
        })
    );
    Ok(())
}

/// After its seven days a key is free again, and its row is swept away.
pub async fn an_old_idempotency_key_is_free_again(store: Arc<dyn Store>) -> Outcome {
    let (old, new) = (InstanceId(id()), InstanceId(id()));
    done(&*store, placed(old, "1001", "k1", 0)).await?;
    done(&*store, placed(InstanceId(id()), "1002", "k2", 9 * DAY)).await?;
    assert_eq!(store.claimed(&claim("k1")).await?, None);
    done(&*store, placed(new, "1003", "k1", 9 * DAY)).await?;
    assert_eq!(
        store
            .claimed(&claim("k1"))
            .await?
            .map(|claimed| claimed.instance),
        Some(new)
    );
    Ok(())
}

/// Of many Starts with one key at the same time, one wins and all others learn which.
pub async fn of_many_starts_with_one_key_one_wins(store: Arc<dyn Store>) -> Outcome {
    let racing: Vec<_> = (0..64)
        .map(|n| {
            store.append(
                QueueClass::Start,
                placed(InstanceId(id()), &format!("{n}"), "k1", 0),
            )
        })
        .collect();
    let mut winners = Vec::new();
    let mut holders = std::collections::HashSet::new();
    for racer in racing {
        match racer.await? {
            Appended::Done => winners.push(()),
            Appended::Conflict(Conflict::Claim { instance, .. }) => drop(holders.insert(instance)),
            other @ (Appended::Conflict(_) | Appended::Fenced) => assert_eq!(other, Appended::Done),
        }
    }
    assert_eq!(winners.len(), 1);
    let winner = store
        .claimed(&claim("k1"))
        .await?
        .map(|claimed| claimed.instance);
    assert_eq!(
        holders.into_iter().collect::<Vec<_>>(),
        winner.into_iter().collect::<Vec<_>>()
    );
    Ok(())
}

/// A message is processed once per source.
pub async fn a_message_is_taken_once(store: Arc<dyn Store>) -> Outcome {
    let message = MessageId {
        source: "oms".into(),
        id: "m-1".into(),
    };
    let elsewhere = MessageId {
        source: "psp".into(),
        id: "m-1".into(),
    };
    let of_message = |message: &MessageId| Batch {
        inbox: Some(message.clone()),
        ..batch()
    };
    assert!(!store.seen(&message).await?);
    done(&*store, of_message(&message)).await?;
    assert!(store.seen(&message).await?);
    let again = store
        .append(QueueClass::Progress, of_message(&message))
        .await?;
    assert_eq!(again, Appended::Conflict(Conflict::Inbox));
    done(&*store, of_message(&elsewhere)).await?;

    // A message whose batch fails for another reason was not taken.
    let third = MessageId {
        source: "oms".into(),
        id: "m-3".into(),
    };
    let failing = Batch {
        inbox: Some(third.clone()),
        ..of(next(InstanceId(id()), 1, "nobody"))
    };
    assert_ne!(
        store.append(QueueClass::Progress, failing).await?,
        Appended::Done
    );
    assert!(!store.seen(&third).await?);
    Ok(())
}

/// A message is remembered for 90 days, and each new one sweeps some older ones away.
pub async fn an_old_message_is_forgotten(store: Arc<dyn Store>) -> Outcome {
    let message = |n: usize| MessageId {
        source: "oms".into(),
        id: format!("m-{n}").into(),
    };
    let taken = |n: usize, second: i64| Batch {
        at: at(second),
        inbox: Some(message(n)),
        ..batch()
    };
    for n in 0..20 {
        done(&*store, taken(n, 0)).await?;
    }
    done(&*store, taken(20, 90 * DAY)).await?;
    for n in 0..=20 {
        assert!(store.seen(&message(n)).await?, "{n} is 90 days old at most");
    }
    let mut left = [4, 0].into_iter();
    for (n, second) in [(21, 91 * DAY), (22, 91 * DAY)] {
        done(&*store, taken(n, second)).await?;
        let mut seen = 0;
        for old in 0..20 {
            seen += usize::from(store.seen(&message(old)).await?);
        }
        assert!(Some(seen) <= left.next(), "{seen} are left");
    }
    assert!(store.seen(&message(20)).await?);
    Ok(())
}

/// A reader's cursor moves with the batch that sets it.
pub async fn a_cursor_moves_with_its_batch(store: Arc<dyn Store>) -> Outcome {
    let moved = |to: &str| Batch {
        cursor: Some(CursorWrite {
            reader: "order/oms".into(),
            position: to.into(),
        }),
        ..batch()
    };
    assert_eq!(store.cursor("order/oms").await?, None);
    done(&*store, moved("1")).await?;
    done(&*store, moved("2")).await?;
    assert_eq!(store.cursor("order/oms").await?.as_deref(), Some("2"));
    let failing = Batch {
        instance: Some(next(InstanceId(id()), 1, "nobody")),
        ..moved("3")
    };
    assert_ne!(
        store.append(QueueClass::Progress, failing).await?,
        Appended::Done
    );
    assert_eq!(store.cursor("order/oms").await?.as_deref(), Some("2"));
    Ok(())
}

/// Once a newer owner has written, an older one cannot.
pub async fn an_older_epoch_is_fenced_off(store: Arc<dyn Store>) -> Outcome {
    let owned = |epoch| Batch {
        fence: Some(Epoch(epoch)),
        ..batch()
    };
    done(&*store, owned(1)).await?;
    done(&*store, owned(2)).await?;
    done(&*store, owned(2)).await?;
    assert_eq!(
        store.append(QueueClass::Progress, owned(1)).await?,
        Appended::Fenced
    );
    let elsewhere = Batch {
        shard: crate::Shard(0),
        ..owned(1)
    };
    done(&*store, elsewhere).await
}

/// A key always falls into the same shard, and every shard gets some.
pub async fn keys_spread_over_the_shards(store: Arc<dyn Store>) -> Outcome {
    assert_eq!(store.shards(), 8);
    let tenant = super::samples::north();
    let shards: std::collections::HashSet<_> = (0..200)
        .map(|n| store.shard_of(&tenant, &format!("order-{n}")))
        .collect();
    assert_eq!(shards.len(), 8);
    assert_eq!(
        store.shard_of(&tenant, "order-1"),
        store.shard_of(&tenant, "order-1")
    );
    done(&*store, batch()).await
}
