//! From an API's section of the configuration to its connected backends.

use crate::{ConnectedBackends, ConnectorContext, Settings};
use crossdock_model::{ApiId, Clock};
use crossdock_outbound::Backends;
use crossdock_settings::Faults;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The dependencies of a system API.
#[derive(Debug)]
pub struct Deps<C> {
    /// Its section of the configuration, `[erp]` and the like.
    pub settings: Settings<C>,
    /// The endpoints that adapters reach backends by.
    pub backends: Backends,
    /// The clock of deliveries and webhooks.
    pub clock: Arc<dyn Clock>,
}

impl<C> Deps<C> {
    /// Connects every connector, or reports everything that is wrong with the section at once.
    pub fn connect<B: ?Sized>(
        self,
        api: ApiId,
        connect: impl Fn(&C, &ConnectorContext<'_>) -> Result<Arc<B>, Faults>,
    ) -> Result<ConnectedBackends<B>, Faults> {
        let Self {
            settings,
            backends,
            clock,
        } = self;
        let mut faults = settings.faults(api.name);
        let mut connected = BTreeMap::new();
        for (name, connector) in &settings.connectors {
            let connector_context = ConnectorContext {
                domain: api.name,
                name,
                backends: &backends,
            };
            match connect(connector, &connector_context) {
                Ok(backend) => {
                    connected.insert(name.clone(), backend);
                }
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(ConnectedBackends::new(
            api,
            connected,
            settings.routing,
            clock,
        ))
    }
}
