//! `crossdock openapi`: the contracts of every API, as they are kept in the repository.

use crate::cli::{Failure, print};
use crate::options::Options;
use crate::portal;
use crate::settings::Settings;
use crate::wire::Gateway;
use clap::Args;
use std::path::PathBuf;

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct Openapi {
    /// A folder: writes {tier}/{name}.json into it. Without it, the names are listed.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

pub(crate) async fn run(openapi: &Openapi) -> Result<(), Failure> {
    let settings = Settings::defaults().map_err(|faults| Failure::usage(faults.to_string()))?;
    let gateway = Gateway::build(settings, Options::in_memory()).await?;
    for (id, contract) in gateway.contracts() {
        let text = portal::written(contract).map_err(|error| Failure::failed(error.to_string()))?;
        if let Some(folder) = &openapi.write {
            let file = folder
                .join(id.tier.as_str())
                .join(format!("{}.json", id.name));
            let write = || {
                std::fs::create_dir_all(folder.join(id.tier.as_str()))?;
                std::fs::write(&file, text)
            };
            write().map_err(|error| Failure::failed(format!("{}: {error}", file.display())))?;
        }
        print::out(&id.to_string());
    }
    gateway.stop().await;
    Ok(())
}
