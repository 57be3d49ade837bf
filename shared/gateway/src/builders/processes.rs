//! The process APIs and the workflows that they keep their promises by.

use crate::wire::{BuildError, Site};
use crossdock_model::ApiId;
use crossdock_runtime::Api;
use crossdock_workflow::{DefinitionError, Engine, Workflow};
use std::sync::Arc;

fn order_parts(site: &Site) -> Result<proc_order::Parts, BuildError> {
    Ok(proc_order::Parts {
        settings: Arc::new(site.settings.order.clone()),
        directory: site.directory.clone(),
        store: site.process_store()?,
        clock: Arc::clone(&site.clock),
        ids: Arc::clone(&site.ids),
        quote_key: proc_order::QuoteKey::new(site.quote_secret.as_bytes()),
    })
}

pub(crate) fn order_workflows(site: &mut Site) -> Result<Vec<Workflow>, BuildError> {
    defined(proc_order::workflows(&order_parts(site)?))
}

pub(crate) fn order(site: &mut Site, engine: Engine) -> Result<Api, BuildError> {
    Ok(proc_order::api(
        order_parts(site)?,
        engine,
        site.feed(ApiId::system("oms")),
    ))
}

fn return_parts(site: &Site) -> Result<proc_return::Parts, BuildError> {
    Ok(proc_return::Parts {
        settings: Arc::new(site.settings.returns.clone()),
        directory: site.directory.clone(),
        store: site.process_store()?,
        clock: Arc::clone(&site.clock),
        ids: Arc::clone(&site.ids),
    })
}

pub(crate) fn return_workflows(site: &mut Site) -> Result<Vec<Workflow>, BuildError> {
    defined(proc_return::workflows(&return_parts(site)?))
}

pub(crate) fn returns(site: &mut Site, engine: Engine) -> Result<Api, BuildError> {
    Ok(proc_return::api(
        return_parts(site)?,
        engine,
        site.feed(ApiId::system("payment")),
    ))
}

fn loyalty_parts(site: &Site) -> Result<proc_loyalty::Parts, BuildError> {
    Ok(proc_loyalty::Parts {
        settings: Arc::new(site.settings.maturity.clone()),
        directory: site.directory.clone(),
        store: site.process_store()?,
        clock: Arc::clone(&site.clock),
        ids: Arc::clone(&site.ids),
    })
}

pub(crate) fn loyalty_workflows(site: &mut Site) -> Result<Vec<Workflow>, BuildError> {
    defined(proc_loyalty::workflows(&loyalty_parts(site)?))
}

pub(crate) fn loyalty(site: &mut Site, engine: Engine) -> Result<Api, BuildError> {
    Ok(proc_loyalty::api(
        loyalty_parts(site)?,
        engine,
        site.feed(ApiId::system("payment")),
    ))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the list has one shape for every API"
)]
pub(crate) fn no_workflows(_site: &mut Site) -> Result<Vec<Workflow>, BuildError> {
    Ok(Vec::new())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the list has one shape for every API"
)]
pub(crate) fn inventory(site: &mut Site, _engine: Engine) -> Result<Api, BuildError> {
    Ok(proc_inventory::api(proc_inventory::Parts {
        directory: site.directory.clone(),
        clock: Arc::clone(&site.clock),
    }))
}

fn defined(workflows: Result<Vec<Workflow>, DefinitionError>) -> Result<Vec<Workflow>, BuildError> {
    workflows.map_err(|error| BuildError::at("a workflow is not sound")(&error))
}
