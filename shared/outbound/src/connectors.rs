//! Named connector instances of a system API, and which one serves whom: routing as data.
//!
//! Finance and stock may live in different ERPs, brands in different loyalty engines. The order pins
//! the instance of each effect, so a system can be replaced while old orders settle against the old one.

use crate::Endpoint;
use axum::Router;
use crossdock_model::{ConnectorName, Tenant};
use crossdock_problem::{Code, Problem};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};
use url::Url;

/// One line of the routing table; absent members match everything, the first match counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoutingRule {
    /// The connector that serves what matches.
    pub connector: ConnectorName,
    /// Only this retailer.
    #[serde(default)]
    pub tenant: Option<Tenant>,
    /// Only this brand.
    #[serde(default)]
    pub brand: Option<String>,
    /// Only this part of the domain, `finance` or `stock`.
    #[serde(default)]
    pub capability: Option<String>,
}

/// The routing table of a system API.
pub type Routing = Vec<RoutingRule>;

/// What a connector is wanted for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingKey {
    /// The brand of the shop.
    pub brand: Option<String>,
    /// The part of the domain.
    pub capability: Option<String>,
}

/// The connected backends of one system API.
#[derive(Debug)]
pub struct Connectors<B: ?Sized> {
    by_name: BTreeMap<ConnectorName, Arc<B>>,
    rules: Routing,
}

impl<B: ?Sized> Connectors<B> {
    /// Connected backends and the table that routes to them.
    pub fn new(by_name: BTreeMap<ConnectorName, Arc<B>>, rules: Routing) -> Self {
        Self { by_name, rules }
    }

    /// The pinned connector, or the one that the table names, or the only one there is.
    pub fn pick(
        &self,
        pinned: Option<&ConnectorName>,
        tenant: &Tenant,
        key: &RoutingKey,
    ) -> Result<(&ConnectorName, &Arc<B>), Problem> {
        let fits = |want: &Option<String>, have: &Option<String>| want.is_none() || want == have;
        let routed = || {
            let rule = self.rules.iter().find(|rule| {
                rule.tenant.as_ref().is_none_or(|wanted| wanted == tenant)
                    && fits(&rule.brand, &key.brand)
                    && fits(&rule.capability, &key.capability)
            });
            let only = (self.by_name.len() == 1)
                .then(|| self.by_name.keys().next())
                .flatten();
            rule.map(|rule| &rule.connector).or(only)
        };
        let Some(name) = pinned.or_else(routed) else {
            return Err(Problem::new(
                Code::ConnectorUnknown,
                "no connector is routed for this request: add a routing rule without conditions last",
            ));
        };
        self.by_name.get_key_value(name).ok_or_else(|| {
            let known: Vec<&str> = self.by_name.keys().map(ConnectorName::as_str).collect();
            let detail = format!(
                "no connector is named '{name}'; there are: {}",
                known.join(", ")
            );
            Problem::new(Code::ConnectorUnknown, detail)
        })
    }

    /// Every connector by name.
    pub fn all(&self) -> impl Iterator<Item = (&ConnectorName, &Arc<B>)> {
        self.by_name.iter()
    }
}

/// How adapters reach backends: embedded ones of this process, all others over HTTP.
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
        if let Some(address) = address {
            return Some(Endpoint::remote(self.client.clone(), address.clone()));
        }
        let router = self
            .local
            .get()?
            .get(&(domain.to_owned(), connector.clone()))?;
        Some(Endpoint::local(router.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> Connectors<str> {
        let rule = |connector: &str, capability: Option<&str>| RoutingRule {
            connector: connector.into(),
            tenant: None,
            brand: None,
            capability: capability.map(str::to_owned),
        };
        let by_name = ["finance", "stock"].map(|name| (ConnectorName::from(name), Arc::from(name)));
        Connectors::new(
            by_name.into(),
            vec![rule("stock", Some("stock")), rule("finance", None)],
        )
    }

    #[test]
    fn the_first_rule_that_matches_counts_and_a_pin_goes_before_it() {
        let two = two();
        let tenant = Tenant::from("acme");
        let stock = RoutingKey {
            capability: Some("stock".into()),
            brand: None,
        };
        assert_eq!(&**two.pick(None, &tenant, &stock).unwrap().1, "stock");
        assert_eq!(
            &**two.pick(None, &tenant, &RoutingKey::default()).unwrap().1,
            "finance"
        );
        let pin = ConnectorName::from("finance");
        assert_eq!(
            &**two.pick(Some(&pin), &tenant, &stock).unwrap().1,
            "finance"
        );
    }

    #[test]
    fn an_unknown_connector_is_named_with_those_that_exist() {
        let pin = ConnectorName::from("sap");
        let problem = two()
            .pick(Some(&pin), &Tenant::from("acme"), &RoutingKey::default())
            .unwrap_err();
        assert!(
            problem.detail.contains("finance, stock"),
            "{}",
            problem.detail
        );
    }
}
