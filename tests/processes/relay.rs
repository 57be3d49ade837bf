//! An HTTP relay with a known address: backends post webhooks to it before their hooks listener is up.

use super::shop::endpoint;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use crossdock_outbound::Endpoint;
use crossdock_runtime::{Listener, Tasks};
use std::sync::{Arc, OnceLock};

/// The largest webhook that is passed on, in bytes.
const LARGEST: usize = 1 << 20;

/// An address that is known before that of the process it leads to.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) address: String,
    to: Arc<OnceLock<Endpoint>>,
    _tasks: Tasks,
}

impl Relay {
    pub(crate) async fn open() -> Self {
        let to = Arc::<OnceLock<Endpoint>>::default();
        let router = Router::new().fallback(pass_on).with_state(Arc::clone(&to));
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap())
            .await
            .unwrap();
        let (address, tasks) = (listener.address().to_string(), Tasks::new());
        tasks.run(
            "relay",
            crossdock_runtime::serve(listener, router, tasks.stopping()),
        );
        Self {
            address,
            to,
            _tasks: tasks,
        }
    }

    /// From now on what arrives goes there.
    pub(crate) fn leads_to(&self, address: &str) {
        self.to
            .set(endpoint(address))
            .expect("it leads to one place");
    }
}

/// The webhook with its headers and its body, byte for byte; whoever comes too early comes again.
async fn pass_on(State(to): State<Arc<OnceLock<Endpoint>>>, request: Request) -> StatusCode {
    let Some(to) = to.get() else {
        return StatusCode::SERVICE_UNAVAILABLE;
    };
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut sending = to.post(path).bytes("application/json", body);
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        if let Some(value) = parts.headers.get(name) {
            sending.headers_mut().insert(name, value.clone());
        }
    }
    sending
        .send()
        .await
        .map_or(StatusCode::BAD_GATEWAY, |reply| reply.status)
}
