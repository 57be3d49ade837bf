//! The section of a system API in the configuration: its connectors by name, with the table that routes to them.

use crate::Routing;
use crossdock_model::ConnectorName;
use crossdock_settings::Faults;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which instances of a kind of system there are; `C` is the API's own list of connectors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings<C> {
    /// The connectors by the names that routing and references use.
    pub connectors: BTreeMap<ConnectorName, C>,
    /// Who serves whom; with one instance it may stay empty.
    #[serde(default)]
    pub routing: Routing,
}

impl<C> Settings<C> {
    /// What their types cannot hold: there is a connector, and every rule names one.
    pub fn faults(&self, domain: &str) -> Faults {
        let mut faults = Faults::default();
        if self.connectors.is_empty() {
            let what = "empty: name at least one system to connect to";
            faults.extend(Faults::one(format!("{domain}.connectors"), what));
        }
        for (index, rule) in self.routing.iter().enumerate() {
            if !self.connectors.contains_key(&rule.connector) {
                let key = format!("{domain}.routing.{index}.connector");
                let what = format!(
                    "'{}' is not in [{domain}.connectors]: name one of those",
                    rule.connector
                );
                faults.extend(Faults::one(key, what));
            }
        }
        faults
    }
}
