//! Everything a retailer may set, read once, each section by its owner's type.

use crate::apis;
use crossdock_model::ConnectorName;
use crossdock_policy::{Consumers, IssuerSettings, PolicySettings, Roles};
use crossdock_settings::{
    Faults, HumanDuration, Listeners, Origin, StoreSettings, TelemetrySettings, Tenants,
    TierSettings, Tree,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use url::Url;

/// Every key with its default, as it stands in the repository.
const DEFAULTS: &str = include_str!("../../../config/default.toml");

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $field:ident: $type:ty = $section:literal;)+) => {
        /// The whole configuration.
        #[derive(Debug)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $field: $type,)+
            /// The connectors of kind `embedded`, of every system API.
            pub embedded: Vec<EmbeddedConnector>,
        }

        impl Settings {
            fn read(mut tree: Tree) -> Result<(Self, Vec<Origin>), Faults> {
                $(let $field = tree.section::<$type>($section);)+
                let embedded = embedded(&mut tree);
                let outcome = tree.finish();
                let ($(Some($field),)+) = ($($field,)+) else {
                    return Err(outcome.err().unwrap_or_default());
                };
                Ok((Self { $($field,)+ embedded }, outcome?))
            }
        }
    };
}

// One line a section.
settings! {
    /// Where it listens.
    listeners: Listeners = "listeners";
    /// Where it keeps its files.
    store: StoreSettings = "store";
    /// The other processes of the installation.
    tier: TierSettings = "tier";
    /// Logs.
    telemetry: TelemetrySettings = "telemetry";
    /// The retailers.
    tenants: Tenants = "tenants";
    /// Who issues tokens.
    issuer: IssuerSettings = "issuer";
    /// What a role may do.
    roles: Roles = "roles";
    /// Registered applications.
    consumers: Consumers = "consumers";
    /// What stands between the wire and a handler.
    policy: PolicySettings = "policy";
    /// The ERPs.
    erp: sys_erp::Settings = "erp";
    /// The OMSs.
    oms: sys_oms::Settings = "oms";
    /// The loyalty engines.
    loyalty: sys_loyalty::Settings = "loyalty";
    /// The payment providers.
    payment: sys_payment::Settings = "payment";
    /// The customer systems.
    customer: sys_customer::Settings = "customer";
    /// The tax engines.
    tax: sys_tax::Settings = "tax";
    /// Quotes and orders.
    order: proc_order::Settings = "order";
    /// Returns.
    returns: proc_return::Settings = "return";
    /// When earned points can be spent.
    maturity: proc_loyalty::Settings = "maturity";
    /// How the embedded backends behave.
    backends: BackendsSettings = "backends";
}

/// The section `[backends]`: the reference backends that come with the binary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BackendsSettings {
    /// Where `crossdock backends` listens.
    pub listen: SocketAddr,
    /// Where it posts webhooks: the hooks listener of the process with the system APIs.
    pub hooks_url: Url,
    /// After which time the embedded OMS moves a fulfilment order one step; `0s` means by request only.
    #[serde(default)]
    pub auto_pilot: Option<HumanDuration>,
    /// After which time the embedded payment provider settles; `0s` means by request only.
    #[serde(default)]
    pub auto_settle: Option<HumanDuration>,
}

/// A connector whose backend comes with the binary.
#[derive(Debug, Clone)]
pub struct EmbeddedConnector {
    /// Of which system API, `erp`.
    pub domain: &'static str,
    /// Its name there.
    pub connector: ConnectorName,
    /// Where it is served, when not in this process.
    pub base_url: Option<Url>,
    /// What its callers prove themselves with.
    pub api_key: SecretString,
    /// What its webhooks are signed with.
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

#[derive(Debug, Deserialize)]
struct AnySystem {
    #[serde(default)]
    connectors: BTreeMap<ConnectorName, AnyConnector>,
}

fn embedded(tree: &mut Tree) -> Vec<EmbeddedConnector> {
    let mut found = Vec::new();
    for domain in apis::domains() {
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

impl Settings {
    /// Defaults, then the file, then the environment; every fault at once.
    pub fn load(file: Option<&Path>) -> Result<(Self, Vec<Origin>), Faults> {
        Self::from_parts(file, crossdock_settings::environment())
    }

    /// The defaults alone, for tests and for contracts.
    pub fn defaults() -> Result<Self, Faults> {
        Self::from_parts(None, Vec::new()).map(|(settings, _)| settings)
    }

    /// Defaults, file and variables as they are given.
    pub fn from_parts(
        file: Option<&Path>,
        variables: Vec<(String, String)>,
    ) -> Result<(Self, Vec<Origin>), Faults> {
        let (settings, origins) = Self::read(Tree::load(DEFAULTS, file, variables)?)?;
        let faults = settings.faults();
        if faults.is_empty() {
            Ok((settings, origins))
        } else {
            Err(faults)
        }
    }

    /// What the sections of the system APIs cannot hold in their types.
    fn faults_of_systems(&self) -> Faults {
        let mut faults = self.erp.faults("erp");
        faults.extend(self.oms.faults("oms"));
        faults.extend(self.loyalty.faults("loyalty"));
        faults.extend(self.payment.faults("payment"));
        faults.extend(self.customer.faults("customer"));
        faults.extend(self.tax.faults("tax"));
        faults
    }

    /// That, and what no single section can know.
    fn faults(&self) -> Faults {
        let mut faults = self.faults_of_systems();
        for api in self.policy.unknown_apis(&apis::ids()) {
            let what = format!(
                "there is no such API; there are {}",
                apis::names().join(", ")
            );
            faults.extend(Faults::one(format!("policy.apis.{api}"), what));
        }
        let tiers = ["process", "system"].map(str::to_owned);
        for name in self.tier.remote.keys() {
            if !tiers.contains(name) && !apis::names().contains(name) {
                let what = "neither a tier (process, system) nor an API such as system/erp";
                faults.extend(Faults::one(format!("tier.remote.{name}"), what));
            }
        }
        let secret = self
            .tier
            .secret
            .as_ref()
            .map(|secret| secret.expose_secret().len());
        match secret {
            Some(length) if length < 32 => {
                let what = format!("{length} characters are too few: at least 32 are needed");
                faults.extend(Faults::one("tier.secret", what));
            }
            None if !self.tier.remote.is_empty() => {
                let what = "needed as soon as tier.remote names other processes: the same in each";
                faults.extend(Faults::one("tier.secret", what));
            }
            Some(_) | None => {}
        }
        if self.tenants.keys().any(|tenant| tenant.as_str() == "*") {
            let what = "* stands for every retailer: name this one otherwise";
            faults.extend(Faults::one("tenants.*", what));
        }
        for (name, consumer) in &self.consumers {
            if !self.tenants.contains_key(&consumer.tenant) {
                let what = format!("no tenant {} in [tenants]", consumer.tenant);
                faults.extend(Faults::one(format!("consumers.{name}.tenant"), what));
            }
            for role in consumer
                .roles
                .iter()
                .chain(consumer.acts_for.values().flatten())
            {
                if !self.roles.contains_key(role) {
                    let what = format!("no role {role} in [roles]");
                    faults.extend(Faults::one(format!("consumers.{name}"), what));
                }
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<(Settings, Vec<Origin>), Faults> {
        let owned = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::from_parts(None, owned.collect())
    }

    #[test]
    fn the_defaults_are_whole() {
        let (settings, origins) = with(&[]).unwrap();
        assert!(!settings.embedded.is_empty());
        assert!(
            origins
                .iter()
                .any(|origin| origin.key == "listeners.public")
        );
    }

    #[test]
    fn every_fault_is_listed_at_once_with_its_key() {
        let faults = with(&[
            ("CROSSDOCK__LISTENERS__PUBLIC", "nowhere"),
            ("CROSSDOCK__STORE__SHARDS", "many"),
            ("CROSSDOCK__POLICY__EXPERIENCE__DEADLINE", "soon"),
            ("CROSSDOCK__NONSENSE__KEY", "1"),
        ])
        .unwrap_err();
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        for key in [
            "listeners.public",
            "store.shards",
            "policy.experience.deadline",
            "nonsense",
        ] {
            assert!(keys.contains(&key), "{key} is not among {keys:?}");
        }
    }

    #[test]
    fn a_routing_rule_of_any_system_that_names_nobody_is_a_fault() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let rule = |domain| format!("[[{domain}.routing]]\nconnector = \"nobody\"\n");
        let text: String = apis::domains().map(rule).collect();
        std::fs::write(file.path(), text).unwrap();
        let faults = Settings::from_parts(Some(file.path()), Vec::new()).unwrap_err();
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        let wanted: Vec<String> = apis::domains()
            .map(|domain| format!("{domain}.routing.0.connector"))
            .collect();
        assert_eq!(keys, wanted);
    }

    #[test]
    fn rules_between_sections_are_faults_too() {
        let faults = with(&[
            ("CROSSDOCK__TIER__REMOTE__SYSTEM", "http://127.0.0.1:9081"),
            ("CROSSDOCK__CONSUMERS__WEB_SHOP__TENANT", "nobody"),
        ])
        .unwrap_err();
        let text = faults.to_string();
        assert!(
            text.contains("tier.secret") && text.contains("consumers.web-shop.tenant"),
            "{text}"
        );
    }
}
