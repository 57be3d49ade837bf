//! How adapters reach backends: embedded ones of this process, all others over HTTP.

use crate::Endpoint;
use axum::Router;
use crossdock_model::ConnectorName;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use url::Url;

/// The ways to all backends, by domain and connector.
#[derive(Debug, Clone)]
pub struct Backends {
    client: reqwest::Client,
    local: Arc<OnceLock<HashMap<(String, ConnectorName), Router>>>,
}

impl Backends {
    /// With the one HTTP client.
    pub fn new(client: reqwest::Client) -> Self {
        Self {
            client,
            local: Arc::default(),
        }
    }

    /// Names the embedded backends that live in this process, by domain and connector.
    pub fn serve_locally(&self, routers: HashMap<(String, ConnectorName), Router>) {
        if self.local.set(routers).is_err() {
            tracing::error!("the embedded backends were named twice; the first naming stays");
        }
    }

    /// The endpoint of a connector: its address, or the embedded backend of this process.
    pub fn endpoint(
        &self,
        domain: &str,
        connector: &ConnectorName,
        address: Option<&Url>,
    ) -> Option<Endpoint> {
        let endpoint = if let Some(address) = address {
            Endpoint::remote(self.client.clone(), address.clone())
        } else {
            let place = (domain.to_owned(), connector.clone());
            Endpoint::local(self.local.get()?.get(&place)?.clone())
        };
        Some(endpoint.named(&format!("{domain}/{connector}")))
    }
}
