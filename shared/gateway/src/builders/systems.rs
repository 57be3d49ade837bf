//! The system APIs, each with the reference backend that stands behind its embedded connectors.

use crate::apis::Building;
use crate::wire::{BackendParts, BuildError, Site};
use crossdock_runtime::Api;
use std::fmt::Display;
use std::mem::take;
use std::sync::Arc;

pub(crate) fn erp_backend(parts: BackendParts) -> Building {
    let settings = sys_erp_embedded::Settings {
        book: parts.file,
        api_key: parts.api_key,
        seed: parts.seeds.erp.clone(),
    };
    Box::pin(async move {
        sys_erp_embedded::backend(settings, parts.clock)
            .await
            .map_err(told)
    })
}

pub(crate) fn erp(site: &mut Site) -> Result<Api, BuildError> {
    let section = &mut site.settings.erp;
    let settings = sys_erp::Settings {
        connectors: take(&mut section.connectors),
        routing: take(&mut section.routing),
    };
    let (backends, clock) = (site.backends.clone(), Arc::clone(&site.clock));
    sys_erp::api(sys_erp::Deps {
        settings,
        backends,
        clock,
    })
    .map_err(unbuilt)
}

pub(crate) fn oms_backend(parts: BackendParts) -> Building {
    let settings = sys_oms_embedded::Settings {
        api_key: parts.api_key,
        seed: parts.seeds.oms.clone(),
        auto_pilot: parts.auto_pilot,
    };
    Box::pin(async move {
        let file = parts.file.as_deref();
        sys_oms_embedded::backend(settings, file, parts.clock)
            .await
            .map_err(told)
    })
}

pub(crate) fn oms(site: &mut Site) -> Result<Api, BuildError> {
    let section = &mut site.settings.oms;
    let settings = sys_oms::Settings {
        connectors: take(&mut section.connectors),
        routing: take(&mut section.routing),
    };
    let (backends, clock) = (site.backends.clone(), Arc::clone(&site.clock));
    let (ids, store) = (Arc::clone(&site.ids), site.system_store()?);
    sys_oms::api(sys_oms::Deps {
        settings,
        backends,
        clock,
        ids,
        store,
    })
    .map_err(unbuilt)
}

pub(crate) fn loyalty_backend(parts: BackendParts) -> Building {
    let own = parts.seeds.loyalty_of.get(&parts.connector);
    let settings = sys_loyalty_embedded::Settings {
        api_key: parts.api_key,
        seed: own.unwrap_or(&parts.seeds.loyalty).clone(),
    };
    Box::pin(async move {
        let file = parts.file.as_deref();
        sys_loyalty_embedded::backend(file, parts.clock, settings)
            .await
            .map_err(told)
    })
}

pub(crate) fn loyalty(site: &mut Site) -> Result<Api, BuildError> {
    let section = &mut site.settings.loyalty;
    let settings = sys_loyalty::Settings {
        connectors: take(&mut section.connectors),
        routing: take(&mut section.routing),
    };
    let (backends, clock) = (site.backends.clone(), Arc::clone(&site.clock));
    sys_loyalty::api(sys_loyalty::Deps {
        settings,
        backends,
        clock,
    })
    .map_err(unbuilt)
}

pub(crate) fn payment_backend(parts: BackendParts) -> Building {
    let settings = sys_payment_embedded::Settings {
        api_key: parts.api_key,
        auto_settle: parts.auto_settle,
        webhook: None,
    };
    Box::pin(async move {
        sys_payment_embedded::backend(parts.file.as_deref(), parts.clock, settings).map_err(told)
    })
}

pub(crate) fn payment(site: &mut Site) -> Result<Api, BuildError> {
    let section = &mut site.settings.payment;
    let settings = sys_payment::Settings {
        connectors: take(&mut section.connectors),
        routing: take(&mut section.routing),
    };
    let (backends, clock) = (site.backends.clone(), Arc::clone(&site.clock));
    let (ids, store) = (Arc::clone(&site.ids), site.system_store()?);
    sys_payment::api(sys_payment::Deps {
        settings,
        backends,
        clock,
        ids,
        store,
    })
    .map_err(unbuilt)
}

pub(crate) fn customer_backend(parts: BackendParts) -> Building {
    let seed = parts.seeds.customer.clone();
    Box::pin(async move {
        let (file, clock) = (parts.file.as_deref(), parts.clock);
        sys_customer_embedded::backend(file, clock, parts.api_key, seed)
            .await
            .map_err(told)
    })
}

pub(crate) fn customer(site: &mut Site) -> Result<Api, BuildError> {
    let section = &mut site.settings.customer;
    let settings = sys_customer::Settings {
        connectors: take(&mut section.connectors),
        routing: take(&mut section.routing),
    };
    let (backends, clock) = (site.backends.clone(), Arc::clone(&site.clock));
    sys_customer::api(sys_customer::Deps {
        settings,
        backends,
        clock,
    })
    .map_err(unbuilt)
}

pub(crate) fn tax_backend(parts: BackendParts) -> Building {
    let seed = parts.seeds.tax.clone();
    Box::pin(async move {
        let (file, clock) = (parts.file.as_deref(), parts.clock);
        sys_tax_embedded::backend(file, clock, parts.api_key, seed)
            .await
            .map_err(told)
    })
}

pub(crate) fn tax(site: &mut Site) -> Result<Api, BuildError> {
    let section = &mut site.settings.tax;
    let settings = sys_tax::Settings {
        connectors: take(&mut section.connectors),
        routing: take(&mut section.routing),
    };
    let (backends, clock) = (site.backends.clone(), Arc::clone(&site.clock));
    sys_tax::api(sys_tax::Deps {
        settings,
        backends,
        clock,
    })
    .map_err(unbuilt)
}

fn told(error: impl Display) -> String {
    error.to_string()
}

fn unbuilt(error: impl Display) -> BuildError {
    BuildError(error.to_string())
}
