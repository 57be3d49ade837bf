//! What the commands that serve have in common: logs, a build, waiting for the end.

use crate::cli::{Failure, print};
use crate::parts::Addresses;
use crate::settings::Settings;
use crate::wire::Gateway;
use crossdock_settings::{LogFormat, Origin, Source};
use crossdock_telemetry::Format;
use std::io::IsTerminal as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Logs to stderr; `quieter` counts where nobody configured a level.
pub(crate) fn log(
    settings: &Settings,
    origins: &[Origin],
    quieter: Option<&str>,
) -> Result<(), Failure> {
    let by_default = origins
        .iter()
        .any(|origin| origin.key == "telemetry.level" && origin.from == Source::Default);
    let level = quieter
        .filter(|_| by_default)
        .unwrap_or(&settings.telemetry.level);
    let format = match settings.telemetry.format {
        LogFormat::Text => Format::Text,
        LogFormat::Json => Format::Json,
    };
    let colour = std::io::stderr().is_terminal() && !crossdock_settings::no_color();
    crossdock_telemetry::init(level, format, colour)
        .map_err(|error| Failure::usage(error.to_string()))
}

/// Prints where a process listens and where its data is.
pub(crate) fn print_addresses(gateway: &Gateway, addresses: &Addresses) {
    let folder = gateway.folder();
    let folder = folder
        .canonicalize()
        .unwrap_or_else(|_gone| folder.to_owned());
    print::out(&format!("data        {}", folder.display()));
    for line in gateway.stores.durability() {
        print::out(&format!(
            "durability  {line}: an answer is given after its sync"
        ));
    }
    print::out(&format!(
        "public      http://{}  APIs of the channels, /docs, /oauth/token",
        addresses.public
    ));
    print::out(&format!(
        "hooks       http://{}  webhooks of vendors",
        addresses.hooks
    ));
    print::out(&format!(
        "internal    http://{}  process and system APIs",
        addresses.internal
    ));
    print::out(&format!(
        "operations  http://{}  /healthz, /readyz, /metrics",
        addresses.operations
    ));
    let names: Vec<String> = gateway
        .backends()
        .iter()
        .map(|backend| format!("{}/{}", backend.domain, backend.connector))
        .collect();
    if !names.is_empty() {
        print::out(&format!(
            "backends    {} (embedded, books in {}/books)",
            names.join(", "),
            folder.display()
        ));
    }
}

/// SIGTERM and SIGINT, received from before the process listens: whoever reads the ready line may send one.
#[derive(Debug)]
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes the signals over from their default, which would end the process at once.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let cannot =
            |error: std::io::Error| Failure::failed(format!("signals cannot be received: {error}"));
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(cannot)?,
            interrupt: signal(SignalKind::interrupt()).map_err(cannot)?,
        })
    }

    /// Ends with the first signal.
    pub(crate) async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Ends with a signal, or with the name of what broke.
    pub(crate) async fn or(
        &mut self,
        failed: impl Future<Output = &'static str>,
    ) -> Option<&'static str> {
        tokio::select! {
            () = self.received() => None,
            name = failed => Some(name),
        }
    }
}

/// Serves until somebody asks for the end, or a part of the process breaks.
pub(crate) async fn until_the_end(gateway: Gateway, mut signals: Signals) -> Result<(), Failure> {
    let broken = signals.or(gateway.failed()).await;
    stop(gateway).await;
    ended(broken)
}

/// Stops the gateway in order.
pub(crate) async fn stop(gateway: Gateway) {
    print::message("stopping: what is under way may end, what is not goes on with the next start");
    gateway.stop().await;
}

/// A part that broke is a failure of the whole.
pub(crate) fn ended(broken: Option<&'static str>) -> Result<(), Failure> {
    match broken {
        None => Ok(()),
        Some(name) => Err(Failure::failed(format!(
            "the task {name} broke; the log says how"
        ))),
    }
}
