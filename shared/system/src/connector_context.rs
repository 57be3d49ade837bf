//! What an adapter is given about its connector while it is being connected.

use crate::Vendor;
use crossdock_model::ConnectorName;
use crossdock_outbound::{Backends, MaxInFlight};
use crossdock_settings::Faults;
use http::header;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

/// One connector's place in the configuration, with the way to its backend.
#[derive(Debug, Clone, Copy)]
pub struct ConnectorContext<'a> {
    pub(crate) domain: &'a str,
    pub(crate) name: &'a ConnectorName,
    pub(crate) backends: &'a Backends,
}

impl ConnectorContext<'_> {
    /// The name under which the configuration lists the connector.
    pub fn name(&self) -> &ConnectorName {
        self.name
    }

    /// A fault of one of its keys, named by the whole path of the key.
    pub fn fault(&self, key: &str, what: impl Into<String>) -> Faults {
        let (domain, name) = (self.domain, self.name);
        Faults::one(format!("{domain}.connectors.{name}.{key}"), what)
    }

    /// Its vendor's API, which knows us by a bearer key: at its address, or embedded in this process.
    pub fn vendor(
        &self,
        base_url: Option<&Url>,
        api_key: &SecretString,
        max_in_flight: MaxInFlight,
    ) -> Result<Vendor, Faults> {
        let endpoint = self.backends.endpoint(self.domain, self.name, base_url);
        let endpoint = endpoint.ok_or_else(|| {
            let what =
                "absent, and no embedded backend of that name runs in this process: set its address";
            self.fault("base-url", what)
        })?;
        let bearer = format!("Bearer {}", api_key.expose_secret());
        Ok(Vendor {
            name: self.name.clone(),
            endpoint: endpoint
                .with_max_in_flight(max_in_flight)
                .with_header(header::AUTHORIZATION, &bearer),
        })
    }
}
