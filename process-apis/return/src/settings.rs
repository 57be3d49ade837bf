//! What a retailer decides about returns.

use crossdock_settings::HumanDuration;
use serde::Deserialize;

/// The section `[return]` of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// How long after its shipment a unit may be returned.
    pub window: HumanDuration,
}
