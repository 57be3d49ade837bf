//! The system APIs, each with the reference backend that stands behind its embedded connectors.

use crate::error::BuildError;
use crate::parts::{BackendFuture, BackendParts, BuildContext};
use crossdock_runtime::Api;
use crossdock_system::{Deps, Settings as Section};
use std::fmt::Display;
use std::sync::Arc;

pub(crate) fn erp_backend(parts: BackendParts) -> BackendFuture {
    let settings = sys_erp_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seed_data.erp.clone(),
        refuses_duplicates: parts.erp_refuses_duplicates,
    };
    Box::pin(async move {
        let built = sys_erp_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(|error| error.to_string())
    })
}

pub(crate) fn erp(context: &BuildContext) -> Result<Api, BuildError> {
    sys_erp::api(deps(context, &context.settings.erp)).map_err(refused)
}

pub(crate) fn oms_backend(parts: BackendParts) -> BackendFuture {
    let settings = sys_oms_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seed_data.oms.clone(),
        auto_pilot: parts.auto_pilot,
    };
    Box::pin(async move {
        let built = sys_oms_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(|error| error.to_string())
    })
}

pub(crate) fn oms(context: &BuildContext) -> Result<Api, BuildError> {
    let (ids, store) = (Arc::clone(&context.ids), context.system_store()?);
    let catch_up = context.settings.webhooks.catch_up.get();
    sys_oms::api(deps(context, &context.settings.oms), ids, store, catch_up).map_err(refused)
}

pub(crate) fn loyalty_backend(parts: BackendParts) -> BackendFuture {
    let own = parts.seed_data.loyalty_of.get(&parts.connector);
    let settings = sys_loyalty_embedded::Settings {
        api_key: parts.api_key,
        seed: own.unwrap_or(&parts.seed_data.loyalty).clone(),
    };
    Box::pin(async move {
        let built =
            sys_loyalty_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(|error| error.to_string())
    })
}

pub(crate) fn loyalty(context: &BuildContext) -> Result<Api, BuildError> {
    sys_loyalty::api(deps(context, &context.settings.loyalty)).map_err(refused)
}

pub(crate) fn payment_backend(parts: BackendParts) -> BackendFuture {
    let settings = sys_payment_embedded::Settings {
        api_key: parts.api_key,
        auto_settle: parts.auto_settle,
        webhook: None,
    };
    Box::pin(async move {
        let built = sys_payment_embedded::backend(parts.file.as_deref(), parts.clock, settings);
        built.map_err(|error| error.to_string())
    })
}

pub(crate) fn payment(context: &BuildContext) -> Result<Api, BuildError> {
    let (ids, store) = (Arc::clone(&context.ids), context.system_store()?);
    let catch_up = context.settings.webhooks.catch_up.get();
    sys_payment::api(
        deps(context, &context.settings.payment),
        ids,
        store,
        catch_up,
    )
    .map_err(refused)
}

pub(crate) fn customer_backend(parts: BackendParts) -> BackendFuture {
    let settings = sys_customer_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seed_data.customer.clone(),
    };
    Box::pin(async move {
        let built =
            sys_customer_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(|error| error.to_string())
    })
}

pub(crate) fn customer(context: &BuildContext) -> Result<Api, BuildError> {
    sys_customer::api(deps(context, &context.settings.customer)).map_err(refused)
}

pub(crate) fn tax_backend(parts: BackendParts) -> BackendFuture {
    let settings = sys_tax_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seed_data.tax.clone(),
    };
    Box::pin(async move {
        let built = sys_tax_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(|error| error.to_string())
    })
}

pub(crate) fn tax(context: &BuildContext) -> Result<Api, BuildError> {
    sys_tax::api(deps(context, &context.settings.tax)).map_err(refused)
}

/// What a system API is built from: its section, and what is the same for all of them.
fn deps<C: Clone>(context: &BuildContext, section: &Section<C>) -> Deps<C> {
    Deps {
        settings: section.clone(),
        backends: context.backends.clone(),
        clock: Arc::clone(&context.clock),
    }
}

fn refused(error: impl Display) -> BuildError {
    BuildError(error.to_string())
}
