//! What is set of an embedded backend that is called and never calls by itself.

use crate::{Slot, Vendor};
use crossdock_outbound::MaxInFlight;
use crossdock_settings::Faults;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// A connector with `kind = "embedded"`, where it has no settings of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EmbeddedSettings {
    /// Where it is; absent when it runs in this process.
    #[serde(default)]
    pub base_url: Option<Url>,
    /// What we prove ourselves with.
    pub api_key: SecretString,
    /// The most calls to it at once.
    #[serde(default)]
    pub max_in_flight: MaxInFlight,
}

impl EmbeddedSettings {
    /// The way to it.
    pub fn vendor(&self, slot: &Slot<'_>) -> Result<Vendor, Faults> {
        slot.vendor(self.base_url.as_ref(), &self.api_key, self.max_in_flight)
    }
}
