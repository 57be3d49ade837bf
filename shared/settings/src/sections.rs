//! The sections that belong to no API: listeners, store, tiers, tenants, logs.

use crate::HumanDuration;
use crossdock_model::Tenant;
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

/// The section `[listeners]`: a tier is never exposed by accident.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Listeners {
    /// Experience APIs, tokens, documents.
    pub public: SocketAddr,
    /// Process and system APIs, for other processes of the installation.
    pub internal: SocketAddr,
    /// The operations API, health and metrics.
    pub operations: SocketAddr,
    /// Webhooks of vendors, at the process that serves the system APIs.
    pub hooks: SocketAddr,
}

/// The section `[store]`: where a process keeps its data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StoreSettings {
    /// The folder of all store files; one process owns it at a time.
    pub folder: PathBuf,
    /// How many shards a new store is laid out with; fixed at its creation.
    pub shards: u16,
    /// When what is old leaves for the archive.
    pub archive: ArchiveSettings,
}

/// The section `[store.archive]`: when journals, events and audit rows leave the stores for the files of their months.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ArchiveSettings {
    /// How long after its last batch something that has ended stays where it is, and how long an event or an audit row.
    pub after: HumanDuration,
    /// How often it is looked for what is old enough; zero switches the archive off.
    pub every: HumanDuration,
}

/// The section `[tier]`: how the processes of one installation find and trust one another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TierSettings {
    /// At least 32 characters, the same in every process; not needed by a single one.
    #[serde(default)]
    pub secret: Option<SecretString>,
    /// Internal listeners of the processes that serve the other APIs, by `tier/name` or `tier`.
    #[serde(default)]
    pub remote: BTreeMap<String, Url>,
}

/// The section `[tenants]`: the retailers of this installation.
pub type Tenants = BTreeMap<Tenant, TenantSettings>;

/// A retailer of this installation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TenantSettings {
    /// The label in lists and messages for people.
    pub name: String,
    /// The currency of its books.
    pub currency: crossdock_model::Currency,
}

/// The section `[telemetry]`: what is logged, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TelemetrySettings {
    /// What is logged, as tracing's filter: `info`, `info,access=warn`.
    pub level: String,
    /// The format of the log lines.
    pub format: LogFormat,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// One readable line an event, for people.
    Text,
    /// One JSON object an event, for machines.
    Json,
}
