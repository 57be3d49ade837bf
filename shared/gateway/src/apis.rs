//! THE list of APIs: one line an API. A new one is a folder of its own and a line here.

use crate::builders::{processes, systems};
use crate::error::BuildError;
use crate::parts::{BackendFuture, BackendParts, BuildContext};
use crossdock_model::{ApiId, Tier};
use crossdock_outbound::Directory;
use crossdock_runtime::Api;
use crossdock_workflow::{Engine, Workflow};

/// An API and how it is built.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: ApiId,
    pub(crate) build: Build,
}

/// How an API of each tier is built.
#[derive(Debug)]
pub(crate) enum Build {
    /// With the reference backend that comes with it.
    System {
        embedded: fn(BackendParts) -> BackendFuture,
        api: fn(&BuildContext) -> Result<Api, BuildError>,
    },
    /// With the workflows that it keeps its promises by.
    Process {
        workflows: fn(&BuildContext) -> Result<Vec<Workflow>, BuildError>,
        api: fn(&BuildContext, Engine) -> Result<Api, BuildError>,
    },
    /// Over nothing but the process APIs that the directory leads to.
    Experience { api: fn(&Directory) -> Api },
}

/// Every API there is, from the lowest tier up.
pub(crate) const ALL: &[Entry] = &[
    system("erp", systems::erp_backend, systems::erp),
    system("oms", systems::oms_backend, systems::oms),
    system("loyalty", systems::loyalty_backend, systems::loyalty),
    system("payment", systems::payment_backend, systems::payment),
    system("customer", systems::customer_backend, systems::customer),
    system("tax", systems::tax_backend, systems::tax),
    process("order", processes::order_workflows, processes::order),
    process("return", processes::return_workflows, processes::returns),
    process("loyalty", processes::loyalty_workflows, processes::loyalty),
    process("inventory", processes::no_workflows, processes::inventory),
    experience("ecommerce", exp_ecommerce::api),
    experience("pos", exp_pos::api),
    experience("customer-service", exp_customer_service::api),
];

const fn system(
    name: &'static str,
    embedded: fn(BackendParts) -> BackendFuture,
    api: fn(&BuildContext) -> Result<Api, BuildError>,
) -> Entry {
    Entry {
        id: ApiId::system(name),
        build: Build::System { embedded, api },
    }
}

const fn process(
    name: &'static str,
    workflows: fn(&BuildContext) -> Result<Vec<Workflow>, BuildError>,
    api: fn(&BuildContext, Engine) -> Result<Api, BuildError>,
) -> Entry {
    Entry {
        id: ApiId::process(name),
        build: Build::Process { workflows, api },
    }
}

const fn experience(name: &'static str, api: fn(&Directory) -> Api) -> Entry {
    Entry {
        id: ApiId::experience(name),
        build: Build::Experience { api },
    }
}

/// Their ids, in the order of the list.
pub(crate) fn ids() -> Vec<ApiId> {
    ALL.iter().map(|entry| entry.id).collect()
}

/// The tier whose store a feed lies in: feeds are named after their APIs, and where two of them share a name only the process
/// API has one.
pub(crate) fn tier_of_feed(feed: &str) -> Tier {
    let is_process = |api: &ApiId| api.tier == Tier::Process && api.name == feed;
    if ids().iter().any(is_process) {
        Tier::Process
    } else {
        Tier::System
    }
}

/// Their names, `tier/name`, as options and faults write them.
pub(crate) fn names() -> Vec<String> {
    ALL.iter().map(|entry| entry.id.to_string()).collect()
}
