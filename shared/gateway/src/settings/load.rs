//! Reading the configuration: defaults, then a file, then the environment; every fault at once.

use crate::apis;
use crate::settings::sections::Settings;
use crossdock_settings::{Faults, Origin, Tree};
use secrecy::ExposeSecret as _;
use std::path::Path;

/// Every key with its default, as it stands in the repository.
const DEFAULTS: &str = include_str!("../../../../config/default.toml");

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

    /// What the sections of the system APIs say of themselves, and what no single section can know.
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
    use crate::settings::sections::DOMAINS;

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
        let rule = |domain: &&str| format!("[[{domain}.routing]]\nconnector = \"nobody\"\n");
        let text: String = DOMAINS.iter().map(rule).collect();
        std::fs::write(file.path(), text).unwrap();
        let faults = Settings::from_parts(Some(file.path()), Vec::new()).unwrap_err();
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        let wanted: Vec<String> = DOMAINS
            .iter()
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
