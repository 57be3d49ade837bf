//! Which connectors have a backend that comes with the binary.

use crossdock_model::ConnectorName;
use crossdock_settings::Tree;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use url::Url;

/// A connector whose backend comes with the binary.
#[derive(Debug, Clone)]
pub struct EmbeddedConnector {
    /// The system API that it belongs to, `erp`.
    pub domain: &'static str,
    /// Its name in that section, `main`.
    pub connector: ConnectorName,
    /// Where it is served, when not in this process.
    pub base_url: Option<Url>,
    /// The key that its callers send.
    pub api_key: SecretString,
    /// The secret that its webhooks are signed with.
    pub webhook_secret: Option<SecretString>,
}

/// What the gateway itself needs to know of a connector; its system API reads the rest.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct AnyConnector {
    kind: Option<String>,
    base_url: Option<Url>,
    api_key: Option<SecretString>,
    webhook_secret: Option<SecretString>,
}

/// As little of a system API's section.
#[derive(Debug, Deserialize)]
struct AnySystem {
    #[serde(default)]
    connectors: BTreeMap<ConnectorName, AnyConnector>,
}

/// The embedded connectors of those domains.
pub(super) fn embedded(tree: &mut Tree, domains: &[&'static str]) -> Vec<EmbeddedConnector> {
    let mut found = Vec::new();
    for &domain in domains {
        let system = tree.section::<AnySystem>(domain);
        for (connector, any) in system.into_iter().flat_map(|system| system.connectors) {
            if let (Some("embedded"), Some(api_key)) = (any.kind.as_deref(), any.api_key) {
                found.push(EmbeddedConnector {
                    domain,
                    connector,
                    base_url: any.base_url,
                    api_key,
                    webhook_secret: any.webhook_secret,
                });
            }
        }
    }
    found
}
