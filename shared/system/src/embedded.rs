//! What the adapters to all embedded backends share: the plain settings, the shape of an error.

use crate::{ConnectorContext, Vendor};
use crossdock_outbound::{MaxInFlight, Reply};
use crossdock_settings::Faults;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use url::Url;

/// A connector with `kind = "embedded"`, where it has no settings of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EmbeddedSettings {
    /// Its address; absent when it runs in this process.
    #[serde(default)]
    pub base_url: Option<Url>,
    /// The bearer key that it knows us by.
    pub api_key: SecretString,
    /// The most calls to it at once.
    #[serde(default)]
    pub max_in_flight: MaxInFlight,
}

impl EmbeddedSettings {
    /// Its API, or the fault of the key that hides it.
    pub fn vendor(&self, connector: &ConnectorContext<'_>) -> Result<Vendor, Faults> {
        connector.vendor(self.base_url.as_ref(), &self.api_key, self.max_in_flight)
    }
}

/// How every embedded backend answers an error: `{"error": {"code": …, "message": …, "details": …}}`.
///
/// What the codes mean is each adapter's own. `D` is the type of the details, where one is read.
#[derive(Debug, Default, Deserialize)]
pub struct EmbeddedError<D = IgnoredAny> {
    /// What went wrong, in the backend's own codes; empty where the answer was not the backend's.
    pub code: String,
    /// What went wrong, in words for people.
    pub message: String,
    /// The place in the request, or whatever else the code comes with.
    #[serde(default)]
    pub details: D,
}

impl<D: DeserializeOwned + Default> EmbeddedError<D> {
    /// Reads the body of an answer that is no success; none where somebody in between wrote it.
    pub fn read(reply: &Reply) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(bound = "D: DeserializeOwned + Default")]
        struct Body<D> {
            error: EmbeddedError<D>,
        }
        let body = serde_json::from_slice::<Body<D>>(&reply.body).ok();
        body.map(|body| body.error)
    }
}
