//! Where every API of the installation is reached: its router in this process, or its address.

use crate::endpoint::Endpoint;
use crate::tier_token::TierKey;
use axum::Router;
use crossdock_model::{ApiId, Clock};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// How an API is reached.
#[derive(Debug, Clone)]
pub struct Transport {
    pub(crate) endpoint: Endpoint,
    pub(crate) remote: Option<Remote>,
}

/// What a call to another process needs beside its address.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    pub(crate) key: TierKey,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Transport {
    /// The API's router with its policies, in this process.
    pub fn in_process(router: Router) -> Self {
        Self {
            endpoint: Endpoint::local(router),
            remote: None,
        }
    }

    /// The API over HTTP: `endpoint` is its process's internal listener.
    pub fn http(endpoint: Endpoint, key: TierKey, clock: Arc<dyn Clock>) -> Self {
        Self {
            endpoint,
            remote: Some(Remote { key, clock }),
        }
    }
}

/// Where every API is reached; filled once all of them are built, since process APIs call one another.
#[derive(Debug, Clone, Default)]
pub struct Directory(Arc<OnceLock<HashMap<ApiId, Transport>>>);

impl Directory {
    /// Fills it; the first filling counts.
    pub fn fill(&self, transports: HashMap<ApiId, Transport>) {
        if self.0.set(transports).is_err() {
            tracing::error!("the directory of APIs was filled twice; the first filling stays");
        }
    }

    /// How that API is reached, if it is.
    pub(crate) fn transport(&self, to: ApiId) -> Option<&Transport> {
        self.0.get()?.get(&to)
    }
}
