//! The embedded backends of this process, built from the list of APIs.

use crate::apis::{self, Build};
use crate::error::BuildError;
use crate::options::Options;
use crate::parts::{Backend, BackendParts, Webhooks};
use crate::settings::Settings;
use crossdock_books::Deliverer;
use crossdock_runtime::Background;
use std::path::Path;

/// Builds one backend; what runs beside it comes with it.
pub(crate) async fn build_backend(
    parts: BackendParts,
) -> Result<(Backend, Vec<(&'static str, Background)>), BuildError> {
    let (domain, connector) = (parts.domain, parts.connector.clone());
    let place = format!("the embedded backend {domain}/{connector}");
    let entry = apis::ALL.iter().find(|entry| entry.id.name == domain);
    let Some(Build::System { embedded, .. }) = entry.map(|entry| &entry.build) else {
        return Err(BuildError::at(
            place,
            format!("there is no system API {domain}"),
        ));
    };
    let (secret, hooks, api_key) = (
        parts.webhook_secret.clone(),
        parts.hooks.clone(),
        parts.api_key.clone(),
    );
    let retention = parts.retention;
    let mut built = embedded(parts)
        .await
        .map_err(|error| BuildError::at(&place, error))?
        .with_retention(retention);
    if let Some(secret) = secret {
        let path = format!("/hooks/{domain}/{connector}");
        let deliverer = Deliverer::new(&built.book, secret, hooks, path);
        built = built.with_webhooks(deliverer);
    }
    let backend = Backend {
        domain,
        connector,
        book: built.book,
        router: built.router,
        api_key,
    };
    Ok((backend, built.background))
}

/// Builds every embedded backend that is to live in this process.
pub(crate) async fn build_backends(
    settings: &Settings,
    options: &Options,
    folder: &Path,
    webhooks: &Webhooks,
) -> Result<(Vec<Backend>, Vec<(&'static str, Background)>), BuildError> {
    let (mut backends_here, mut background) = (Vec::new(), Vec::new());
    let here = settings
        .embedded
        .iter()
        .filter(|one| options.backends && one.base_url.is_none());
    for connector in here {
        let (backend, work) = build_backend(BackendParts::new(
            connector, settings, options, folder, webhooks,
        )?)
        .await?;
        background.extend(work);
        backends_here.push(backend);
    }
    Ok((backends_here, background))
}
