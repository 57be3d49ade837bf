//! What every API's policies share: tokens, tenants, limits, the record of idempotency keys.

use crate::error::BuildError;
use crate::options::Options;
use crate::parts::{Stores, keys};
use crate::settings::Settings;
use crossdock_model::Tenant;
use crossdock_policy::{ConsumerDirectory, Issuer, Shared, SharedParts, Verifier};
use std::collections::HashSet;
use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

/// The embedded issuer, where it is on, and what every stack of policies shares.
type Policies = (Option<Arc<Issuer>>, Shared);

pub(crate) fn policies(
    settings: &Settings,
    options: &Options,
    stores: &Stores,
    folder: &Path,
) -> Result<Policies, BuildError> {
    let refused = |error: &dyn Display| BuildError::at("tokens", error);
    let mut tenants: HashSet<_> = settings.tenants.keys().cloned().collect();
    let (consumers, roles) = (&settings.consumers, &settings.roles);
    let directory = ConsumerDirectory::open(consumers, roles, &tenants, folder)
        .map_err(|error| refused(&error))?;
    let directory = Arc::new(directory);
    let (clock, ids) = (&options.clock, &options.ids);
    let issuer = Issuer::open(
        &settings.issuer,
        Arc::clone(&directory),
        folder,
        Arc::clone(clock),
        Arc::clone(ids),
    )
    .map_err(|error| refused(&error))?;
    let verifier = Verifier::new(
        &settings.issuer,
        roles,
        directory,
        issuer.as_deref(),
        Arc::clone(clock),
    )
    .map_err(|error| refused(&error))?;
    // Our own subscriptions read feeds for all retailers under this name; no consumer can have it.
    tenants.insert(Tenant::from("*"));
    let parts = SharedParts {
        clock: Arc::clone(clock),
        ids: Arc::clone(ids),
        tenants,
        verifier,
        tier_key: Some(keys::tier_key(settings, folder)?),
        store: stores.process_port(),
    };
    Ok((issuer, Shared::new(&settings.policy, parts)))
}
