//! What a batch says, in few words: the workflow and its entries, a reader's cursor, a webhook's events.

use crossdock_model::InstanceId;
use crossdock_store::{Batch, InstanceWrite, SqliteStore, Store as _};
use crossdock_workflow::Definition;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The words for the batches of one store, in the order of their commits.
pub(super) struct Labels<'a> {
    store: &'a SqliteStore,
    /// The workflow of each instance that began.
    workflows: HashMap<InstanceId, Arc<Definition>>,
    definitions: HashMap<Arc<str>, Arc<Definition>>,
}

/// A journal entry as it is stored: version, moment, and what happened to which node.
#[derive(Deserialize)]
struct Entry(u8, i64, BTreeMap<String, Facts>);

#[derive(Deserialize)]
struct Facts {
    n: Option<usize>,
}

impl<'a> Labels<'a> {
    pub(super) fn new(store: &'a SqliteStore) -> Self {
        Self {
            store,
            workflows: HashMap::new(),
            definitions: HashMap::new(),
        }
    }

    pub(super) async fn of(&mut self, batch: &Batch) -> Result<String, String> {
        if let Some(write) = &batch.instance {
            return self.of_instance(write).await;
        }
        if let Some(cursor) = &batch.cursor {
            return Ok(format!("cursor of {}", cursor.reader));
        }
        let operation = batch.cause.as_ref().map(|cause| &*cause.operation);
        let operation = operation.unwrap_or("a batch without a cause");
        let Some(message) = &batch.inbox else {
            return Ok(operation.to_owned());
        };
        let events: Vec<_> = batch.changes.events.iter().map(|new| new.kind).collect();
        Ok(format!(
            "{operation} of {}: {}",
            message.source,
            events.join(", ")
        ))
    }

    async fn of_instance(&mut self, write: &InstanceWrite) -> Result<String, String> {
        if let Some(header) = &write.header {
            let definition = self.definition(&header.definition).await?;
            self.workflows.insert(write.id, definition);
        }
        let Some(definition) = self.workflows.get(&write.id) else {
            return Ok("a workflow that had begun before".to_owned());
        };
        let mut words = Vec::new();
        for entry in &write.entries {
            let entry = serde_json::from_slice(entry).map_err(|error| error.to_string())?;
            let Entry(_version, _at, what) = entry;
            for (tag, Facts { n }) in what {
                let node = n.and_then(|n| definition.nodes.get(n));
                words.push(match node {
                    Some(node) => format!("{tag} {}", node.id),
                    None => tag,
                });
            }
        }
        Ok(format!("{}: {}", definition.name, words.join(", ")))
    }

    async fn definition(&mut self, hash: &Arc<str>) -> Result<Arc<Definition>, String> {
        if let Some(known) = self.definitions.get(hash) {
            return Ok(Arc::clone(known));
        }
        let stored = self.store.definition(hash).await;
        let stored = stored.map_err(|error| error.to_string())?;
        let stored = stored.ok_or_else(|| format!("no definition {hash}"))?;
        let definition = serde_json::from_slice(&stored).map_err(|error| error.to_string())?;
        let definition = Arc::new(definition);
        self.definitions
            .insert(Arc::clone(hash), Arc::clone(&definition));
        Ok(definition)
    }
}
