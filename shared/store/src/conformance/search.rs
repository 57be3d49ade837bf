//! Search keys: what many records may be found by.

use super::Outcome;
use super::samples::{batch, done, id, north, order};
use crate::{
    Appended, Batch, Conflict, QueueClass, RecordQuery, SearchKey, Shard, Store, StoreError,
    Version,
};
use crossdock_model::Tenant;
use std::sync::Arc;
use uuid::Uuid;

fn customer(name: &str) -> SearchKey {
    SearchKey::new("customer", name)
}

/// A batch that writes an order's next version, found by these keys from then on.
fn found_by(id: Uuid, expected: u64, keys: &[SearchKey]) -> Batch {
    let mut batch = batch();
    let write = order(id, expected).found_by(keys.iter().cloned());
    batch.changes.records.push(write);
    batch
}

fn asked(keys: &[SearchKey], limit: usize) -> RecordQuery {
    RecordQuery {
        tenant: north(),
        kind: "order",
        keys: keys.to_vec(),
        before: None,
        limit,
    }
}

async fn ids(store: &dyn Store, query: &RecordQuery) -> Result<Vec<Uuid>, StoreError> {
    let found = store.records_by_search(query).await?;
    Ok(found.iter().map(|record| record.id).collect())
}

/// Many records have one key, over all shards; pages give each of them once, from the newest to the oldest.
pub async fn records_are_found_by_a_key_page_by_page(store: Arc<dyn Store>) -> Outcome {
    let mut adas = Vec::new();
    for n in 0..40_u16 {
        let id = id();
        let whose = if n.is_multiple_of(3) { "bob" } else { "ada" };
        let mut batch = found_by(id, 0, &[customer(whose)]);
        batch.shard = Shard(n % 8);
        done(&*store, batch).await?;
        if whose == "ada" {
            adas.insert(0, id);
        }
    }
    let mut query = asked(&[customer("ada")], 7);
    let mut found = Vec::new();
    loop {
        let page = ids(&*store, &query).await?;
        assert!(page.len() <= 7);
        let Some(last) = page.last() else { break };
        query.before = Some(*last);
        found.extend(page);
    }
    assert_eq!(found, adas);
    Ok(())
}

/// A record that has several of the keys asked for is found once, and at its place among the others.
pub async fn of_several_keys_one_is_enough(store: Arc<dyn Store>) -> Outcome {
    let (first, second, third) = (id(), id(), id());
    let card = SearchKey::new("card", "ada");
    done(&*store, found_by(first, 0, std::slice::from_ref(&card))).await?;
    done(
        &*store,
        found_by(second, 0, &[customer("ada"), card.clone()]),
    )
    .await?;
    done(&*store, found_by(third, 0, &[customer("ada")])).await?;
    let both = [customer("ada"), card];
    assert_eq!(
        ids(&*store, &asked(&both, 10)).await?,
        [third, second, first]
    );
    assert_eq!(ids(&*store, &asked(&both, 2)).await?, [third, second]);
    assert_eq!(ids(&*store, &asked(&[], 10)).await?, [] as [Uuid; 0]);
    Ok(())
}

/// A later version is found by what it adds and by what was there before, and is what the search gives.
pub async fn a_later_version_is_found_by_more(store: Arc<dyn Store>) -> Outcome {
    let id = id();
    done(&*store, found_by(id, 0, &[customer("ada")])).await?;
    done(
        &*store,
        found_by(id, 1, &[customer("ada"), customer("eve")]),
    )
    .await?;
    done(&*store, found_by(id, 2, &[])).await?;
    for name in ["ada", "eve"] {
        let found = store
            .records_by_search(&asked(&[customer(name)], 10))
            .await?;
        let versions: Vec<Version> = found.iter().map(|record| record.version).collect();
        assert_eq!(versions, [Version(3)], "{name}");
    }
    Ok(())
}

/// What another retailer's records, another kind's or another name's are found by finds nothing.
pub async fn a_key_is_of_one_retailer_kind_and_name(store: Arc<dyn Store>) -> Outcome {
    done(&*store, found_by(id(), 0, &[customer("ada")])).await?;
    let ask = asked(&[customer("ada")], 10);
    let south = RecordQuery {
        tenant: Tenant::from("south"),
        ..ask.clone()
    };
    let returns = RecordQuery {
        kind: "return",
        ..ask.clone()
    };
    let cards = asked(&[SearchKey::new("card", "ada")], 10);
    for other in [south, returns, cards, asked(&[customer("ad")], 10)] {
        assert_eq!(ids(&*store, &other).await?, [] as [Uuid; 0], "{other:?}");
    }
    assert_eq!(ids(&*store, &ask).await?.len(), 1);
    Ok(())
}

/// A write that conflicts leaves none of its keys behind.
pub async fn a_conflict_leaves_no_key(store: Arc<dyn Store>) -> Outcome {
    let id = id();
    done(&*store, found_by(id, 0, &[])).await?;
    let stale = found_by(id, 0, &[customer("ada")]);
    assert!(matches!(
        store.append(QueueClass::Progress, stale).await?,
        Appended::Conflict(Conflict::Record { .. })
    ));
    assert_eq!(
        ids(&*store, &asked(&[customer("ada")], 10)).await?,
        [] as [Uuid; 0]
    );
    Ok(())
}
