//! Everything a retailer may set, each section by its owner's type.

use crate::settings::embedded::{EmbeddedConnector, embedded};
use crossdock_policy::{Consumers, IssuerSettings, PolicySettings, Roles};
use crossdock_settings::{
    Faults, HumanDuration, Listeners, Origin, StoreSettings, TelemetrySettings, Tenants,
    TierSettings, Tree,
};
use serde::Deserialize;
use std::net::SocketAddr;
use url::Url;

/// One struct with a field for each section; those of system APIs also check their routing.
macro_rules! settings {
    (
        $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $section:literal;)+
        systems { $($(#[doc = $about:literal])+ $system:ident: $of:ty;)+ }
    ) => {
        /// The whole configuration: a field for each section.
        #[derive(Debug)]
        pub struct Settings {
            $($(#[doc = $doc])+ pub $field: $type,)+
            $($(#[doc = $about])+ pub $system: $of,)+
            /// The connectors of kind `embedded`, of every system API.
            pub embedded: Vec<EmbeddedConnector>,
        }

        /// The sections of the system APIs, which are named after their domains.
        pub(crate) const DOMAINS: &[&str] = &[$(stringify!($system)),+];

        impl Settings {
            pub(super) fn read(mut tree: Tree) -> Result<(Self, Vec<Origin>), Faults> {
                $(let $field = tree.section::<$type>($section);)+
                $(let $system = tree.section::<$of>(stringify!($system));)+
                let embedded = embedded(&mut tree, DOMAINS);
                let outcome = tree.finish();
                let ($(Some($field),)+ $(Some($system),)+) = ($($field,)+ $($system,)+) else {
                    return Err(outcome.err().unwrap_or_default());
                };
                Ok((Self { $($field,)+ $($system,)+ embedded }, outcome?))
            }

            /// What the sections of the system APIs cannot hold in their types.
            pub(super) fn faults_of_systems(&self) -> Faults {
                let mut faults = Faults::default();
                $(faults.extend(self.$system.faults(stringify!($system)));)+
                faults
            }
        }
    };
}

// One line a section.
settings! {
    /// The addresses of the four listeners.
    listeners: Listeners = "listeners";
    /// Where it keeps its files.
    store: StoreSettings = "store";
    /// The other processes of the installation.
    tier: TierSettings = "tier";
    /// How much is logged, and in which form.
    telemetry: TelemetrySettings = "telemetry";
    /// The retailers whose orders are kept here.
    tenants: Tenants = "tenants";
    /// Whose access tokens are accepted.
    issuer: IssuerSettings = "issuer";
    /// The scopes that each role grants.
    roles: Roles = "roles";
    /// The registered applications, which may ask for tokens.
    consumers: Consumers = "consumers";
    /// What stands between the wire and a handler.
    policy: PolicySettings = "policy";
    /// How orders are priced, allocated and promised.
    order: proc_order::Settings = "order";
    /// How long goods may come back, and what is refunded.
    returns: proc_return::Settings = "return";
    /// When earned points can be spent.
    maturity: proc_loyalty::Settings = "maturity";
    /// What happens to vendors' webhooks.
    webhooks: WebhookSettings = "webhooks";
    /// How the embedded backends behave.
    backends: BackendsSettings = "backends";
    systems {
        /// The ERPs: products, prices, postings.
        erp: sys_erp::Settings;
        /// The order management systems: stock, fulfilment orders.
        oms: sys_oms::Settings;
        /// The loyalty engines: points and what they are worth.
        loyalty: sys_loyalty::Settings;
        /// The payment providers: authorisations, captures, refunds.
        payment: sys_payment::Settings;
        /// The customer systems: who somebody is.
        customer: sys_customer::Settings;
        /// The tax engines: rates and declarations.
        tax: sys_tax::Settings;
    }
}

/// The section `[webhooks]`: what vendors tell of themselves.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WebhookSettings {
    /// How often backends are asked for webhooks that did not arrive; at the start they are asked for all since the last one.
    pub catch_up: HumanDuration,
}

/// The section `[backends]`: the reference backends that come with the binary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BackendsSettings {
    /// The address that `crossdock backends` listens on.
    pub listen: SocketAddr,
    /// Where it posts webhooks: the hooks listener of the process with the system APIs.
    pub hooks_url: Url,
    /// For how long they keep a line of their request log.
    pub keep_requests: HumanDuration,
    /// For how long they keep a webhook that somebody has taken; one that nobody has taken stays.
    pub keep_webhooks: HumanDuration,
    /// After which time the embedded OMS moves a fulfilment order one step; `0s` means by request only.
    #[serde(default)]
    pub auto_pilot: Option<HumanDuration>,
    /// After which time the embedded payment provider settles; `0s` means by request only.
    #[serde(default)]
    pub auto_settle: Option<HumanDuration>,
    /// Whether the embedded ERP refuses a second document under one reference; else it books it, as many do.
    #[serde(default)]
    pub erp_refuses_duplicates: bool,
}
