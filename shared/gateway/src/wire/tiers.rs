//! Every selected API behind its policies, built bottom up, with the engine between system and process tier.

use crate::apis::{self, Build};
#[cfg(feature = "crash-points")]
use crate::crash;
use crate::error::BuildError;
use crate::options::Options;
use crate::parts::{BuildContext, DeferredRouter};
use crate::wire::transports::transports;
use axum::Router;
use crossdock_model::{ApiId, Tier};
use crossdock_policy::Shared;
use crossdock_runtime::{Api, Background};
use crossdock_workflow::Engine;
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

/// The APIs of this process.
#[derive(Default)]
pub(crate) struct Tiers {
    /// Each behind its policies, relative to its base.
    pub(crate) routers: HashMap<ApiId, Router>,
    pub(crate) contracts: Vec<(ApiId, OpenApi)>,
    /// Webhooks of vendors, absolute: `/hooks/{system}/…`.
    pub(crate) hooks: Router,
    pub(crate) background: Vec<(&'static str, Background)>,
    pub(crate) engine: Option<Engine>,
}

impl Tiers {
    /// System APIs, routes between all APIs, engine with every workflow, process APIs, channels: in this order.
    ///
    /// The engine takes up what was under way as soon as it starts, so what its steps call is there before it.
    pub(crate) async fn build(
        context: &BuildContext,
        options: &Options,
        shared: &Shared,
        client: &crossdock_outbound::Client,
    ) -> Result<Self, BuildError> {
        let mut tiers = Self::default();
        tiers.add_tier(Tier::System, context, options, shared)?;
        let deferred: Vec<(ApiId, DeferredRouter)> = served(options, Tier::Process)
            .map(|entry| (entry.id, DeferredRouter::default()))
            .collect();
        let mut here = tiers.routers.clone();
        here.extend(deferred.iter().map(|(id, place)| (*id, place.router())));
        context.directory.fill(transports(context, &here, client)?);
        tiers.engine = engine(context, options).await?;
        tiers.add_tier(Tier::Process, context, options, shared)?;
        for (id, place) in deferred {
            if let Some(router) = tiers.routers.get(&id) {
                place.set(router.clone());
            }
        }
        tiers.add_tier(Tier::Experience, context, options, shared)?;
        Ok(tiers)
    }

    fn add_tier(
        &mut self,
        tier: Tier,
        context: &BuildContext,
        options: &Options,
        shared: &Shared,
    ) -> Result<(), BuildError> {
        for entry in served(options, tier) {
            let api = match (&entry.build, &self.engine) {
                (Build::System { api, .. }, _) => api(context)?,
                (Build::Experience { api }, _) => api(&context.directory),
                (Build::Process { api, .. }, Some(engine)) => api(context, engine.clone())?,
                (Build::Process { .. }, None) => continue,
            };
            self.add(api, context, shared)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        mut api: Api,
        context: &BuildContext,
        shared: &Shared,
    ) -> Result<(), BuildError> {
        self.background.append(&mut api.background);
        if let Some(own) = api.hooks.take() {
            let hooks = std::mem::take(&mut self.hooks);
            self.hooks = hooks.nest(&format!("/hooks/{}", api.id.name), own);
        }
        self.contracts.push((api.id, api.contract.clone()));
        let (id, profile) = (api.id, context.settings.policy.profile(api.id));
        let router = crossdock_policy::protect(api, &profile, shared)
            .map_err(|error| BuildError::at(id, error))?;
        self.routers.insert(id, router);
        Ok(())
    }
}

fn served(options: &Options, tier: Tier) -> impl Iterator<Item = &'static apis::Entry> {
    let of_tier = apis::ALL.iter().filter(move |entry| entry.id.tier == tier);
    of_tier.filter(|entry| options.serve.has(entry.id))
}

/// The engine over the process tier's store, where that is served.
async fn engine(context: &BuildContext, options: &Options) -> Result<Option<Engine>, BuildError> {
    let Some(store) = context.process_store.clone() else {
        return Ok(None);
    };
    let (clock, ids) = (Arc::clone(&context.clock), Arc::clone(&context.ids));
    let mut builder = Engine::builder(store, clock, ids);
    for entry in served(options, Tier::Process) {
        if let Build::Process { workflows, .. } = entry.build {
            for workflow in workflows(context)? {
                builder = builder.register(workflow);
            }
        }
    }
    #[cfg(feature = "crash-points")]
    {
        builder = crash::armed(builder, options.observer.as_ref());
    }
    let started = builder.start().await;
    started
        .map(Some)
        .map_err(|error| BuildError::at("the engine cannot start", error))
}
