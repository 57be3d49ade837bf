//! Who is calling under which correlation id: the typed facts that travel with every call.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! shared_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, min_length = 1, max_length = 64)]
        pub struct $name(pub Arc<str>);

        impl $name {
            /// The name as it is written in settings, keys and logs.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

shared_text! {
    /// A retailer within the installation; part of every key, so nothing crosses.
    Tenant
}
shared_text! {
    /// A named connector instance of a system API, `erp-finance`.
    ConnectorName
}

/// On whose behalf a call is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Subject {
    /// The application itself, on nobody's behalf.
    Application,
    /// A customer, by the golden id, with the loyalty member where known.
    Customer {
        /// The customer's golden id, from the customer system.
        id: Arc<str>,
        /// The loyalty member number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        member: Option<Arc<str>>,
    },
    /// A clerk at a till.
    Clerk {
        /// The store's location id.
        store: Arc<str>,
        /// Who stands at the till.
        clerk: Arc<str>,
    },
    /// A customer service agent.
    Agent {
        /// The subject of the token, which names the person.
        id: Arc<str>,
    },
    /// An operator of the installation.
    Operator {
        /// The subject of the token, which names the person.
        id: Arc<str>,
    },
    /// Crossdock itself, in a workflow's step.
    Workflow,
}

/// A verified caller: authentication is done, only decisions remain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The retailer the caller belongs to.
    pub tenant: Tenant,
    /// The registered application (OAuth client) that calls.
    pub consumer: Arc<str>,
    /// The person on whose behalf the application calls, where there is one.
    pub subject: Subject,
    /// What it may do, `orders:place`.
    pub scopes: Arc<[Arc<str>]>,
}

impl Caller {
    /// Crossdock itself acting for a tenant: the caller of every workflow step.
    pub fn workflow(tenant: Tenant) -> Self {
        Self {
            tenant,
            consumer: "crossdock".into(),
            subject: Subject::Workflow,
            scopes: Arc::new([]),
        }
    }

    /// Whether the caller was granted the scope. Crossdock's own steps need none.
    pub fn may(&self, scope: &str) -> bool {
        self.subject == Subject::Workflow || self.scopes.iter().any(|held| &**held == scope)
    }
}

/// The id that every call, event and log line with one cause shares.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 64)]
pub struct Correlation(pub Arc<str>);

impl Correlation {
    /// A new id, where a chain of calls begins.
    pub fn begin(id: Uuid) -> Self {
        Self(id.simple().to_string().into())
    }
}

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What travels with every call between tiers, as a typed value in process, as headers between processes.
#[derive(Debug, Clone)]
pub struct Context {
    /// The verified caller of the first tier; inner tiers trust it.
    pub caller: Caller,
    /// The correlation id that the call came with.
    pub correlation: Correlation,
    /// W3C trace context, `00-…-…-01`, where one is known.
    pub traceparent: Option<Arc<str>>,
    /// When the caller stops waiting; it bounds the wait, never the work.
    pub deadline: Option<Timestamp>,
    /// How many tiers the call has crossed; bounded, so that no loop lives for ever.
    pub depth: u8,
}

impl Context {
    /// A context for a caller whose chain of calls begins here, without a trace.
    pub fn new(caller: Caller, correlation: Correlation) -> Self {
        Self {
            caller,
            correlation,
            traceparent: None,
            deadline: None,
            depth: 0,
        }
    }
}
