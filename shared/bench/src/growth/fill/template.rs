//! What the template orders wrote into a store, batch by batch.

use crate::growth::fill::fields::{Field, each_field};
use crate::growth::fill::nth::Nth;
use crate::growth::fill::scan::Scan;
use crate::growth::fill::text::Text;
use crate::growth::sample::CARD;
use bytes::Bytes;
use crossdock_model::Tenant;
use crossdock_store::{Batch, SqliteStore, Store as _};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The workflow that is partitioned by the member whose points it is about.
const OF_A_MEMBER: &str = "mature-points";

/// A batch of one order.
#[derive(Debug)]
pub(crate) struct Written {
    tenant: Tenant,
    /// What its shard follows from.
    partition: Text,
    batch: Batch,
    /// Its texts, in the order of its fields.
    texts: Vec<Text>,
}

impl Written {
    /// The batch as that copy of the order would have written it.
    pub(crate) fn nth(&self, nth: &Nth, store: &SqliteStore) -> Batch {
        let mut batch = self.batch.clone();
        let mut texts = self.texts.iter().map(|text| text.nth(nth));
        each_field(&mut batch, |field| match field {
            Field::Id(id) => *id = nth.id(*id),
            Field::At(at) => *at = nth.at(*at),
            Field::Name(name) => *name = texts.next().unwrap_or_default().into(),
            Field::Key(key) => *key = texts.next().unwrap_or_default(),
            Field::Json(json) => *json = Bytes::from(texts.next().unwrap_or_default()),
        });
        batch.shard = store.shard_of(&self.tenant, &self.partition.nth(nth));
        batch
    }

    /// The batch itself.
    pub(crate) fn batch(&self) -> &Batch {
        &self.batch
    }
}

/// What was recorded of those orders; batches that only say how far somebody has read are left out.
pub(crate) fn of_orders(
    recorded: Vec<Batch>,
    orders: &HashSet<Uuid>,
    tenant: &Tenant,
    (store, scan): (&SqliteStore, &Scan),
) -> Result<Vec<Written>, String> {
    let mut partitions = Partitions {
        orders,
        begun: HashMap::new(),
    };
    let mut written = Vec::new();
    for mut batch in recorded {
        batch.cursor = None;
        if batch.instance.is_none() && batch.changes.is_empty() {
            continue;
        }
        let (ids, texts) = read(&mut batch, scan);
        let partition = partitions.of(&batch, &ids);
        let partition = partition.ok_or_else(|| format!("no order is named in {batch:?}"))?;
        if batch.shard != store.shard_of(tenant, &partition) {
            return Err(format!("{partition} is not in the shard of {batch:?}"));
        }
        written.push(Written {
            tenant: tenant.clone(),
            partition: Text::of(&partition, scan),
            batch,
            texts,
        });
    }
    Ok(written)
}

/// Which partition a batch is in: its order's, but for what is done with a member's points.
struct Partitions<'a> {
    orders: &'a HashSet<Uuid>,
    /// Instances keep theirs.
    begun: HashMap<Uuid, String>,
}

impl Partitions<'_> {
    fn of(&mut self, batch: &Batch, ids: &[Uuid]) -> Option<String> {
        let instance = batch.instance.as_ref();
        if let Some(begun) = instance.and_then(|write| self.begun.get(&write.id.0)) {
            return Some(begun.clone());
        }
        let workflow = instance.and_then(|write| write.header.as_ref());
        let partition = if workflow.is_some_and(|header| &*header.workflow == OF_A_MEMBER) {
            CARD.to_owned()
        } else {
            let order = ids.iter().find(|id| self.orders.contains(id))?;
            order.to_string()
        };
        let began = instance.map(|write| (write.id.0, partition.clone()));
        self.begun.extend(began);
        Some(partition)
    }
}

/// All ids and all texts of a batch.
fn read(batch: &mut Batch, scan: &Scan) -> (Vec<Uuid>, Vec<Text>) {
    let (mut ids, mut texts) = (Vec::new(), Vec::new());
    let mut text = |text: &str, ids: &mut Vec<Uuid>| {
        let text = Text::of(text, scan);
        ids.extend(text.ids());
        texts.push(text);
    };
    each_field(batch, |field| match field {
        Field::Id(id) => ids.push(*id),
        Field::At(_) => {}
        Field::Name(name) => text(name, &mut ids),
        Field::Key(key) => text(key, &mut ids),
        Field::Json(json) => text(&String::from_utf8_lossy(json), &mut ids),
    });
    (ids, texts)
}
