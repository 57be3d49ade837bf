//! `crossdock serve`: all APIs, a tier, or some of them; embedded backends where their system API is.

use crate::apis;
use crate::cli::{Common, Failure, print, process};
use crate::options::{Options, Selection};
use crate::wire::Gateway;
use clap::Args;
use crossdock_model::Tier;
use serde_json::json;

/// Which APIs to serve; all of them when nothing is named.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// A whole tier: experience, process, system. May be repeated.
    #[arg(long, value_name = "TIER")]
    tier: Vec<String>,
    /// A single API, as system/erp. May be repeated.
    #[arg(long, value_name = "TIER/NAME")]
    api: Vec<String>,
}

pub(crate) async fn run(common: &Common, serve: &Serve) -> Result<(), Failure> {
    let (settings, origins) = common.settings()?;
    let selection =
        Selection::parse(&apis::ids(), &serve.tier, &serve.api).map_err(Failure::usage)?;
    process::log(&settings, &origins, None)?;
    let signals = process::Signals::listen()?;
    let mut options = Options::in_folder(&settings.store.folder).serving(selection.clone());
    if !selection.has_tier(Tier::System) {
        options = options.without_backends();
    }
    let gateway = Gateway::build(settings, options).await?;
    let addresses = gateway.start().await?;
    if common.is_json() {
        let apis: Vec<String> = gateway
            .contracts()
            .iter()
            .map(|(id, _)| id.to_string())
            .collect();
        print::out(&json!({ "ready": addresses, "apis": apis }).to_string());
    } else {
        process::print_addresses(&gateway, &addresses);
        let apis: Vec<String> = gateway
            .contracts()
            .iter()
            .map(|(id, _)| id.to_string())
            .collect();
        print::out(&format!("serving     {}", apis.join(", ")));
    }
    process::until_the_end(gateway, signals).await
}
