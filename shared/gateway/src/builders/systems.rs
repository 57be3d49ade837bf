//! The system APIs, each with the reference backend that stands behind its embedded connectors.

use crate::apis::Building;
use crate::wire::{BackendParts, BuildError, Site};
use crossdock_runtime::Api;
use crossdock_system::{Deps, Settings as Section};
use std::fmt::Display;
use std::sync::Arc;

pub(crate) fn erp_backend(parts: BackendParts) -> Building {
    let settings = sys_erp_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seeds.erp.clone(),
    };
    Box::pin(async move {
        let built = sys_erp_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(told)
    })
}

pub(crate) fn erp(site: &mut Site) -> Result<Api, BuildError> {
    sys_erp::api(deps(site, &site.settings.erp)).map_err(unbuilt)
}

pub(crate) fn oms_backend(parts: BackendParts) -> Building {
    let settings = sys_oms_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seeds.oms.clone(),
        auto_pilot: parts.auto_pilot,
    };
    Box::pin(async move {
        let built = sys_oms_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(told)
    })
}

pub(crate) fn oms(site: &mut Site) -> Result<Api, BuildError> {
    let (ids, store) = (Arc::clone(&site.ids), site.system_store()?);
    sys_oms::api(deps(site, &site.settings.oms), ids, store).map_err(unbuilt)
}

pub(crate) fn loyalty_backend(parts: BackendParts) -> Building {
    let own = parts.seeds.loyalty_of.get(&parts.connector);
    let settings = sys_loyalty_embedded::Settings {
        api_key: parts.api_key,
        seed: own.unwrap_or(&parts.seeds.loyalty).clone(),
    };
    Box::pin(async move {
        let built =
            sys_loyalty_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(told)
    })
}

pub(crate) fn loyalty(site: &mut Site) -> Result<Api, BuildError> {
    sys_loyalty::api(deps(site, &site.settings.loyalty)).map_err(unbuilt)
}

pub(crate) fn payment_backend(parts: BackendParts) -> Building {
    let settings = sys_payment_embedded::Settings {
        api_key: parts.api_key,
        auto_settle: parts.auto_settle,
        webhook: None,
    };
    Box::pin(async move {
        let built = sys_payment_embedded::backend(parts.file.as_deref(), parts.clock, settings);
        built.map_err(told)
    })
}

pub(crate) fn payment(site: &mut Site) -> Result<Api, BuildError> {
    let (ids, store) = (Arc::clone(&site.ids), site.system_store()?);
    sys_payment::api(deps(site, &site.settings.payment), ids, store).map_err(unbuilt)
}

pub(crate) fn customer_backend(parts: BackendParts) -> Building {
    let settings = sys_customer_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seeds.customer.clone(),
    };
    Box::pin(async move {
        let built =
            sys_customer_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(told)
    })
}

pub(crate) fn customer(site: &mut Site) -> Result<Api, BuildError> {
    sys_customer::api(deps(site, &site.settings.customer)).map_err(unbuilt)
}

pub(crate) fn tax_backend(parts: BackendParts) -> Building {
    let settings = sys_tax_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seeds.tax.clone(),
    };
    Box::pin(async move {
        let built = sys_tax_embedded::backend(parts.file.as_deref(), parts.clock, settings).await;
        built.map_err(told)
    })
}

pub(crate) fn tax(site: &mut Site) -> Result<Api, BuildError> {
    sys_tax::api(deps(site, &site.settings.tax)).map_err(unbuilt)
}

/// What a system API is built from: its section, and what is the same for all of them.
fn deps<C: Clone>(site: &Site, section: &Section<C>) -> Deps<C> {
    Deps {
        settings: section.clone(),
        backends: site.backends.clone(),
        clock: Arc::clone(&site.clock),
    }
}

fn told(error: impl Display) -> String {
    error.to_string()
}

fn unbuilt(error: impl Display) -> BuildError {
    BuildError(error.to_string())
}
