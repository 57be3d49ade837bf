//! The process APIs and the workflows that they keep their promises by.

use crate::error::BuildError;
use crate::parts::BuildContext;
use crossdock_model::ApiId;
use crossdock_runtime::Api;
use crossdock_workflow::{DefinitionError, Engine, Workflow};
use std::sync::Arc;

fn order_parts(context: &BuildContext) -> Result<proc_order::Parts, BuildError> {
    Ok(proc_order::Parts {
        settings: Arc::new(context.settings.order.clone()),
        directory: context.directory.clone(),
        store: context.process_store()?,
        clock: Arc::clone(&context.clock),
        ids: Arc::clone(&context.ids),
        quote_key: proc_order::QuoteKey::new(context.quote_secret.as_bytes()),
        lookup_key: proc_order::LookupKey::new(context.lookup_secret.as_bytes()),
    })
}

pub(crate) fn order_workflows(context: &BuildContext) -> Result<Vec<Workflow>, BuildError> {
    defined(proc_order::workflows(&order_parts(context)?))
}

pub(crate) fn order(context: &BuildContext, engine: Engine) -> Result<Api, BuildError> {
    Ok(proc_order::api(
        order_parts(context)?,
        engine,
        context.feed(ApiId::system("oms")),
        context.feed(ApiId::system("payment")),
    ))
}

fn return_parts(context: &BuildContext) -> Result<proc_return::Parts, BuildError> {
    Ok(proc_return::Parts {
        settings: Arc::new(context.settings.returns.clone()),
        directory: context.directory.clone(),
        store: context.process_store()?,
        clock: Arc::clone(&context.clock),
        ids: Arc::clone(&context.ids),
    })
}

pub(crate) fn return_workflows(context: &BuildContext) -> Result<Vec<Workflow>, BuildError> {
    defined(proc_return::workflows(&return_parts(context)?))
}

pub(crate) fn returns(context: &BuildContext, engine: Engine) -> Result<Api, BuildError> {
    Ok(proc_return::api(
        return_parts(context)?,
        engine,
        context.feed(ApiId::system("payment")),
    ))
}

fn loyalty_parts(context: &BuildContext) -> Result<proc_loyalty::Parts, BuildError> {
    Ok(proc_loyalty::Parts {
        settings: Arc::new(context.settings.maturity.clone()),
        return_window: context.settings.returns.window.get(),
        directory: context.directory.clone(),
        store: context.process_store()?,
        clock: Arc::clone(&context.clock),
        ids: Arc::clone(&context.ids),
    })
}

pub(crate) fn loyalty_workflows(context: &BuildContext) -> Result<Vec<Workflow>, BuildError> {
    defined(proc_loyalty::workflows(&loyalty_parts(context)?))
}

pub(crate) fn loyalty(context: &BuildContext, engine: Engine) -> Result<Api, BuildError> {
    Ok(proc_loyalty::api(
        loyalty_parts(context)?,
        engine,
        context.feed(ApiId::system("payment")),
    ))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the list has one shape for every API"
)]
pub(crate) fn no_workflows(_context: &BuildContext) -> Result<Vec<Workflow>, BuildError> {
    Ok(Vec::new())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the list has one shape for every API"
)]
pub(crate) fn inventory(context: &BuildContext, _engine: Engine) -> Result<Api, BuildError> {
    Ok(proc_inventory::api(proc_inventory::Parts {
        directory: context.directory.clone(),
        clock: Arc::clone(&context.clock),
    }))
}

fn defined(workflows: Result<Vec<Workflow>, DefinitionError>) -> Result<Vec<Workflow>, BuildError> {
    workflows.map_err(|error| BuildError::at("a workflow is not sound", error))
}
