//! Reads a record of the tier's store for a step that depends on how it stands.

use crossdock_model::{Context, Fault};
use crossdock_store::{RecordRef, Store};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// For a step that waits for what another workflow writes: it looks, and is tried again until it is there. What its
/// completion decides is read in its commit.
#[derive(Debug, Clone)]
pub struct RecordReader(Arc<dyn Store>);

impl RecordReader {
    /// A reader of that store.
    pub fn new(store: &Arc<dyn Store>) -> Self {
        Self(Arc::clone(store))
    }

    /// The record of the caller's tenant; one that is not there is asked for again.
    pub async fn read<T: DeserializeOwned>(
        &self,
        context: &Context,
        record: &RecordRef,
    ) -> Result<T, Fault> {
        let tenant = &context.caller.tenant;
        let (kind, id) = (record.kind, record.id);
        let retry = |why: String| Fault::Retry { after: None, why };
        let found = self.0.record(tenant, kind, id).await;
        let found = found.map_err(|error| retry(error.to_string()))?;
        let found = found.ok_or_else(|| retry(format!("there is no {kind} {id} yet")))?;
        serde_json::from_slice(&found.body)
            .map_err(|error| Fault::poison(format!("{kind} {id} cannot be read: {error}")))
    }
}
