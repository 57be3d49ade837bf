//! `crossdock openapi`: the contracts of every API, as they are kept in the repository.

use crate::cli::{Failure, print};
use crate::options::Options;
use crate::portal;
use crate::settings::Settings;
use crate::wire::Gateway;
use clap::Args;
use std::path::{Path, PathBuf};

/// Where the contracts go, or what they are compared with.
#[derive(Debug, Args)]
pub(crate) struct Openapi {
    /// A folder: writes {tier}/{name}.json into it. Without it, the names are listed.
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
    /// The same folder, to be compared: fails when a file is stale or missing.
    #[arg(long, value_name = "DIR", conflicts_with = "write")]
    check: Option<PathBuf>,
}

pub(crate) async fn run(openapi: &Openapi) -> Result<(), Failure> {
    let settings = Settings::defaults().map_err(|faults| Failure::usage(faults.to_string()))?;
    let gateway = Gateway::build(settings, Options::in_memory()).await?;
    let mut stale = Vec::new();
    for (id, contract) in gateway.contracts() {
        let text = portal::written(contract).map_err(|error| Failure::failed(error.to_string()))?;
        let name = format!("{}/{}.json", id.tier.as_str(), id.name);
        if let Some(folder) = &openapi.write {
            write(&folder.join(&name), &text)?;
        }
        if let Some(folder) = &openapi.check
            && std::fs::read_to_string(folder.join(&name)).ok().as_deref() != Some(&text)
        {
            stale.push(name);
        }
        print::out(&id.to_string());
    }
    gateway.stop().await;
    if stale.is_empty() {
        return Ok(());
    }
    let stale = stale.join(", ");
    Err(Failure::failed(format!(
        "stale or missing: {stale}; write them with: cargo xtask openapi"
    )))
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let written = match file.parent() {
        Some(folder) => std::fs::create_dir_all(folder).and_then(|()| std::fs::write(file, text)),
        None => std::fs::write(file, text),
    };
    written.map_err(|error| Failure::failed(format!("{}: {error}", file.display())))
}
