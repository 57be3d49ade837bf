//! Every call that leaves an API: one client, two transports, the same rules on both.
//!
//! [`Route`] calls another API of ours, [`Endpoint`] calls a backend. Both go into a router in the
//! same process or over HTTP; what comes back is a result or a [`crossdock_model::Fault`] that says
//! what the caller can do about it. The policies around a call are tower layers, in the order of
//! `stack.rs`; nothing here sends a request twice.

mod answer;
mod backends;
mod concurrency;
#[cfg(feature = "crash-points")]
pub mod crash;
mod credentials;
mod deadline;
mod directory;
mod dispatch;
mod endpoint;
mod error;
mod headers;
mod incoming;
mod message;
mod resolve;
mod route;
mod routing;
mod stack;
#[cfg(test)]
mod testing;
mod tier_token;
mod trace;

pub use backends::Backends;
pub use concurrency::MaxInFlight;
pub use directory::{Directory, Transport};
pub use dispatch::ConnectionFailure;
pub use endpoint::{Endpoint, RequestBuilder};
pub use error::EndpointError;
pub use headers::{
    CONNECTOR, CORRELATION, DEADLINE, DELIVERY, DEPTH, IDEMPOTENCY_KEY, TRACEPARENT,
};
pub use headers::{parse_delivery, parse_key};
pub use incoming::{CallContext, IncomingDelivery, PinnedConnector};
pub use message::Reply;
pub use reqwest::Client;
pub use resolve::{Ability, Lookup, optional, safely};
pub use route::{Call, Route};
pub use routing::{Routed, RoutingKey};
pub use tier_token::{ShortSecret, TierClaims, TierKey};

/// The one HTTP client: no redirects, no proxy of the environment, connections kept.
///
/// It trusts no certificate authority, so that it can be built on a machine without any; addresses
/// are plain HTTP inside the installation until connectors can name the authority that they trust.
pub fn client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tcp_nodelay(true)
        .connect_timeout(std::time::Duration::from_secs(2))
        .pool_idle_timeout(std::time::Duration::from_secs(20))
        .tls_certs_only([])
        .build()
}
