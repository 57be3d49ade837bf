//! `Gateway::build`: the order in which a gateway comes together.

use crate::backup;
use crate::error::BuildError;
use crate::operations;
use crate::options::{Data, Options};
use crate::parts::{Backend, BuildContext, DataFiles, Health, Stores, Webhooks, archiving, keys};
use crate::settings::Settings;
use crate::wire::backends::build_backends;
use crate::wire::gateway::Gateway;
use crate::wire::policies::policies;
use crate::wire::routers::{ListenerRouters, Served};
use crate::wire::tiers::Tiers;
use crossdock_model::Tier;
use crossdock_outbound::Backends;
use crossdock_runtime::{Background, Tasks};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

impl Gateway {
    /// Wires everything that is selected; the engine takes up what was under way.
    ///
    /// Nothing else runs before [`Gateway::work`], nothing listens before [`Gateway::start`].
    pub async fn build(settings: Settings, options: Options) -> Result<Self, BuildError> {
        crossdock_policy::install_crypto();
        let (folder, scratch) = data_folder(&options.data)?;
        let tiers_here = served_tiers(&options);
        let stores = Stores::open(&options, &folder, settings.store.shards)?;
        let client = crossdock_outbound::client()
            .map_err(|error| BuildError::at("the HTTP client cannot be made", error))?;
        let webhooks = Webhooks::in_process();
        let (backends_here, mut background) =
            build_backends(&settings, &options, &folder, &webhooks).await?;
        let backends = Backends::new(client.clone());
        backends.serve_locally(backends_here.iter().map(Backend::local).collect());
        let (issuer, shared) = policies(&settings, &options, &stores, &folder)?;
        let context = BuildContext::new(settings, &options, &stores, backends, &folder)?;
        let tiers = Tiers::build(&context, &options, &shared, &client).await?;
        webhooks.deliver_to(tiers.hooks.clone());
        background.extend(tiers.background);
        background.push(("refusals", counting(&shared)));
        background.extend(archive_runs(&stores, &options, &context));

        let health = Arc::new(Health::default());
        let operations_token: Arc<str> = keys::random_secret()?.into();
        let operations = operations::router(operations::Deps {
            stores: stores.clone(),
            files: DataFiles::of(&stores, &backends_here),
            folder: folder.clone(),
            engine: tiers.engine.clone(),
            issuer: issuer.clone(),
            clock: Arc::clone(&options.clock),
            health: Arc::clone(&health),
            token: Arc::clone(&operations_token),
        });
        let contracts = Arc::new(tiers.contracts);
        let served = Served {
            apis: tiers.routers,
            hooks: tiers.hooks,
            operations,
            contracts: &contracts,
            issuer: issuer.as_ref(),
        };
        let routers = ListenerRouters::new(served, &shared);
        Ok(Self {
            listeners: context.settings.listeners,
            clock: options.clock,
            folder,
            stores,
            tiers: tiers_here,
            served: OnceLock::new(),
            engine: tiers.engine,
            backends: backends_here,
            contracts,
            tasks: Tasks::new(),
            health,
            operations_token,
            issuer,
            routers,
            background: Mutex::new(background),
            _scratch: scratch,
        })
    }
}

/// Refusals are written to the audit chain as counts.
fn counting(shared: &crossdock_policy::Shared) -> Background {
    let refusals = shared.refusals();
    Box::new(move |stopping| Box::pin(refusals.write_behind(stopping)))
}

/// What is old leaves the stores, where they are files.
fn archive_runs(
    stores: &Stores,
    options: &Options,
    context: &BuildContext,
) -> Option<(&'static str, Background)> {
    let Data::Folder(_) = &options.data else {
        return None;
    };
    let all = stores.all().map(|(name, store)| (name, store.clone()));
    let settings = context.settings.store.archive;
    let runs = archiving(all.collect(), settings, Arc::clone(&options.clock))?;
    Some(("archive", runs))
}

/// Every tier of which something is served here.
fn served_tiers(options: &Options) -> Vec<Tier> {
    let all = [Tier::Experience, Tier::Process, Tier::System];
    let served = all.into_iter().filter(|tier| options.serve.has_tier(*tier));
    served.collect()
}

/// Where data lives; with the folder that goes with the gateway where it lives in memory.
fn data_folder(data: &Data) -> Result<(PathBuf, Option<tempfile::TempDir>), BuildError> {
    match data {
        Data::Folder(folder) => {
            keys::create_private_folder(folder)?;
            backup::refuse_half_restored(folder)?;
            Ok((folder.clone(), None))
        }
        Data::Memory => {
            let scratch = tempfile::TempDir::with_prefix("crossdock-")
                .map_err(|error| BuildError::at("no folder for keys", error))?;
            Ok((scratch.path().to_owned(), Some(scratch)))
        }
    }
}
