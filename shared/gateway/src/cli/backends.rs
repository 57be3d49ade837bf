//! `crossdock backends`: the embedded backends alone, over HTTP, as an outsider would find them.

use crate::cli::{Common, Failure, print, process};
use crate::options::Options;
use crate::parts::{BackendParts, Webhooks};
use crate::wire::build_backend;
use axum::Router;
use crossdock_outbound::Endpoint;
use crossdock_runtime::{Listener, Tasks};
use serde_json::json;
use std::time::Duration;

pub(crate) async fn run(common: &Common) -> Result<(), Failure> {
    let (settings, origins) = common.settings()?;
    process::log(&settings, &origins, None)?;
    let mut signals = process::Signals::listen()?;
    let folder = settings.store.folder.clone();
    let options = Options::in_folder(&folder);
    let client = crossdock_outbound::client()
        .map_err(|error| Failure::failed(format!("the HTTP client cannot be made: {error}")))?;
    let hooks = Endpoint::remote(client, settings.backends.hooks_url.clone());
    let webhooks = Webhooks::Over(hooks);
    let tasks = Tasks::new();
    let mut router = Router::new();
    let mut backends_here = Vec::new();
    for connector in &settings.embedded {
        let parts = BackendParts::new(connector, &settings, &options, &folder, &webhooks)?;
        let (backend, background) = build_backend(parts).await?;
        for (name, work) in background {
            tasks.run(name, work(tasks.stopping()));
        }
        let path = format!("/{}/{}", backend.domain, backend.connector);
        router = router.nest(&path, backend.router());
        backends_here.push((path, backend));
    }
    let wanted = settings.backends.listen;
    let listener = Listener::bind(wanted).await.map_err(|error| {
        Failure::failed(format!(
            "backends.listen: {wanted} cannot be listened on: {error}"
        ))
    })?;
    let address = listener.address();
    if common.is_json() {
        let paths: Vec<&String> = backends_here.iter().map(|(path, _)| path).collect();
        print::out(&json!({ "ready": { "backends": address }, "paths": paths }).to_string());
    } else {
        for (path, _) in &backends_here {
            print::out(&format!("backend     http://{address}{path}"));
        }
        print::out(&format!("webhooks    to {}", settings.backends.hooks_url));
    }
    tasks.run(
        "backends",
        crossdock_runtime::serve(listener, router, tasks.stopping()),
    );
    let broken = signals.or(tasks.failed()).await;
    tasks.stop(Duration::from_secs(12)).await;
    for (path, backend) in &backends_here {
        if let Err(error) = backend.book.writer().close() {
            print::message(&format!(
                "the book of {path} did not close cleanly: {error}"
            ));
        }
    }
    process::ended(broken)
}
