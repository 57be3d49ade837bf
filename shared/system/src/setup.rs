//! From an API's section of the configuration to its connected backends.

use crate::{Connected, Settings, Slot};
use crossdock_model::{ApiId, Clock};
use crossdock_outbound::Backends;
use crossdock_settings::Faults;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a system API is built from.
#[derive(Debug)]
pub struct Deps<C> {
    /// Its part of the configuration.
    pub settings: Settings<C>,
    /// How adapters reach backends.
    pub backends: Backends,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl<C> Deps<C> {
    /// Connects every connector, or tells all that is wrong with the section at once.
    pub fn connect<B: ?Sized>(
        self,
        api: ApiId,
        connect: impl Fn(&C, &Slot<'_>) -> Result<Arc<B>, Faults>,
    ) -> Result<Connected<B>, Faults> {
        let Self {
            settings,
            backends,
            clock,
        } = self;
        let mut faults = settings.faults(api.name);
        let mut connected = BTreeMap::new();
        for (name, connector) in &settings.connectors {
            let slot = Slot {
                domain: api.name,
                name,
                backends: &backends,
            };
            match connect(connector, &slot) {
                Ok(backend) => {
                    connected.insert(name.clone(), backend);
                }
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Connected::new(api, connected, settings.routing, clock))
    }
}
