//! Which of the connectors serves whom: routing as data.
//!
//! Finance and stock may live in different ERPs, brands in different loyalty engines. The order pins
//! the instance of each effect, so a system can be replaced while old orders settle against the old one.

use crossdock_model::{ConnectorName, Tenant};
use crossdock_outbound::RoutingKey;
use crossdock_problem::{Code, Problem};
use serde::Deserialize;
use std::collections::BTreeSet;

/// One line of the routing table; absent members match everything, the first match counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoutingRule {
    /// The connector that serves what matches.
    pub connector: ConnectorName,
    /// The retailer it is limited to; any where absent.
    #[serde(default)]
    pub tenant: Option<Tenant>,
    /// The brand it is limited to; any where absent.
    #[serde(default)]
    pub brand: Option<String>,
    /// The part of the domain it is limited to, `finance` or `stock`; any where absent.
    #[serde(default)]
    pub capability: Option<String>,
}

/// The routing table of a system API.
pub type Routing = Vec<RoutingRule>;

impl RoutingRule {
    fn matches(&self, tenant: &Tenant, key: &RoutingKey) -> bool {
        let fits = |want: &Option<String>, have: &Option<String>| want.is_none() || want == have;
        self.tenant.as_ref().is_none_or(|wanted| wanted == tenant)
            && fits(&self.brand, &key.brand)
            && fits(&self.capability, &key.capability)
    }
}

/// The names of the connectors with the rules that lead to them.
#[derive(Debug)]
pub(crate) struct RoutingTable {
    pub(crate) names: BTreeSet<ConnectorName>,
    pub(crate) rules: Routing,
}

impl RoutingTable {
    /// The pinned connector, or the one that a rule names, or the only one there is.
    pub(crate) fn select(
        &self,
        pinned: Option<&ConnectorName>,
        tenant: &Tenant,
        key: &RoutingKey,
    ) -> Result<&ConnectorName, Problem> {
        let routed = || {
            let rule = self.rules.iter().find(|rule| rule.matches(tenant, key));
            let only = self.names.first().filter(|_| self.names.len() == 1);
            rule.map(|rule| &rule.connector).or(only)
        };
        let Some(name) = pinned.or_else(routed) else {
            return Err(Problem::new(
                Code::ConnectorUnknown,
                "no connector is routed for this request: add a routing rule without conditions last",
            ));
        };
        self.names.get(name).ok_or_else(|| self.unknown(name))
    }

    /// A name that no connector has.
    pub(crate) fn unknown(&self, name: &ConnectorName) -> Problem {
        let known: Vec<&str> = self.names.iter().map(ConnectorName::as_str).collect();
        let known = known.join(", ");
        let detail = format!("no connector is named '{name}'; there are: {known}");
        Problem::new(Code::ConnectorUnknown, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> RoutingTable {
        let rule = |connector: &str, capability: Option<&str>| RoutingRule {
            connector: connector.into(),
            tenant: None,
            brand: None,
            capability: capability.map(str::to_owned),
        };
        RoutingTable {
            names: ["finance", "stock"].map(ConnectorName::from).into(),
            rules: vec![rule("stock", Some("stock")), rule("finance", None)],
        }
    }

    #[test]
    fn the_first_rule_that_matches_counts_and_a_pin_goes_before_it() {
        let (two, tenant) = (two(), Tenant::from("acme"));
        let select = |pinned: Option<&ConnectorName>, key: &RoutingKey| {
            let name = two.select(pinned, &tenant, key).unwrap();
            name.as_str().to_owned()
        };
        let stock = RoutingKey {
            capability: Some("stock".into()),
            brand: None,
        };
        assert_eq!(select(None, &stock), "stock");
        assert_eq!(select(None, &RoutingKey::default()), "finance");
        assert_eq!(select(Some(&"finance".into()), &stock), "finance");
    }

    #[test]
    fn an_unknown_connector_is_named_with_those_that_exist() {
        let (two, pin) = (two(), ConnectorName::from("sap"));
        let unknown = two.select(Some(&pin), &"acme".into(), &RoutingKey::default());
        let detail = unknown.unwrap_err().detail;
        assert!(detail.contains("finance, stock"), "{detail}");
    }
}
