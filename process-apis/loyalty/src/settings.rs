//! What a retailer decides about points that were earned.

use crossdock_settings::HumanDuration;
use serde::Deserialize;

/// The section `[maturity]` of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// How long after its money has settled a unit's points can be spent; as long as it may be returned where it is left out.
    #[serde(default)]
    pub window: Option<HumanDuration>,
}
