//! `crossdock up`: everything in one process; plays the golden journey, then keeps serving.

use crate::cli::{Common, Failure, print, process};
use crate::demo;
use crate::options::Options;
use crate::parts::Addresses;
use crate::wire::Gateway;
use clap::Args;
use crossdock_policy::ConsumerDirectory;
use crossdock_settings::HumanDuration;
use serde_json::json;
use std::time::Duration;

/// Whether to play the golden journey.
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Serve without playing the golden journey first.
    #[arg(long)]
    pub(crate) no_demo: bool,
}

pub(crate) async fn run(common: &Common, up: &Up) -> Result<(), Failure> {
    let (mut settings, origins) = common.settings()?;
    if !up.no_demo {
        // Nobody watches a journey for as long as goods may be returned; what is configured stands.
        let at_once = HumanDuration::from(Duration::ZERO);
        settings.maturity.window.get_or_insert(at_once);
    }
    // The journey is what people want to read; whoever sets a level gets that level.
    process::log(&settings, &origins, Some("warn"))?;
    let mut signals = process::Signals::listen()?;
    let folder = settings.store.folder.clone();
    let gateway = Gateway::build(settings, Options::in_folder(folder)).await?;
    let addresses = gateway.start().await?;
    if common.is_json() {
        let apis: Vec<String> = gateway
            .contracts()
            .iter()
            .map(|(id, _)| id.to_string())
            .collect();
        print::out(&json!({ "ready": addresses, "apis": apis }).to_string());
    } else {
        print::out(&format!("crossdock   {}", env!("CARGO_PKG_VERSION")));
        process::print_addresses(&gateway, &addresses);
        print_next_steps(&gateway, &addresses);
    }
    if !up.no_demo {
        tokio::select! {
            played = demo::play(common, &gateway, &addresses) => report_failure(played),
            () = signals.received() => {
                process::stop(gateway).await;
                return Ok(());
            }
        }
    }
    if !common.is_json() {
        print::out("\nserving until Ctrl-C");
    }
    process::until_the_end(gateway, signals).await
}

/// A journey that stopped is no reason to stop serving.
fn report_failure(played: Result<(), Failure>) {
    if let Err(failure) = played {
        print::message(&format!("the journey stopped: {failure}"));
        print::message("still serving; crossdock exceptions list shows what waits for a person");
    }
}

fn print_next_steps(gateway: &Gateway, addresses: &Addresses) {
    let folder = gateway.folder();
    let folder = folder
        .canonicalize()
        .unwrap_or_else(|_gone| folder.to_owned());
    let secret = ConsumerDirectory::secret_file(&folder, "web-shop");
    print::out(&format!(
        "token       curl -s -u \"web-shop:$(cat {})\" http://{}/oauth/token \\\n            \
         -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\\n            \
         -d subject_token_type=urn:crossdock:params:oauth:token-type:customer \\\n            \
         -d subject_token=cust-ada/member-ada",
        secret.display(),
        addresses.public
    ));
    print::out(&format!(
        "next        crossdock --data {} order place --sku A-1=1",
        folder.display()
    ));
}
