//! The command line: one command a file. Data on stdout, talk on stderr.

mod backends;
mod check;
mod client;
mod events;
mod exceptions;
mod failure;
mod openapi;
mod order;
pub(crate) mod print;
mod process;
mod returns;
mod serve;
mod token;
mod up;
mod workflows;

pub(crate) use client::{Acting, Client, endpoint, read, text};
pub(crate) use failure::Failure;
pub(crate) use order::{home, money, show_timeline};
pub(crate) use workflows::items;

use crate::settings::Settings;
use clap::{Args, Parser, Subcommand, ValueEnum};
use crossdock_settings::Origin;
use std::path::PathBuf;
use std::process::ExitCode;

/// Settles every order in five ledgers: stock, points, card money, tax, the books.
#[derive(Debug, Parser)]
#[command(name = "crossdock", version, after_help = AFTER)]
struct Cli {
    #[command(flatten)]
    common: Common,
    /// Without a command: keep serving, play nothing.
    #[arg(long)]
    no_demo: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER: &str = "Without a command: up. Exit codes: 0 ok, 1 failed, 2 usage or configuration, \
                     3 not found, 4 refused, 5 the process or a backend is down.";

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// A configuration file over the defaults.
    #[arg(long, global = true, value_name = "FILE", env = "CROSSDOCK_CONFIG")]
    config: Option<PathBuf>,
    /// The data folder; also how commands find the running process.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// How data is written to stdout.
    #[arg(short, long, global = true, value_enum, default_value = "table")]
    pub(crate) output: Output,
}

/// How data is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in one process, with embedded backends; plays the golden journey.
    Up(up::Up),
    /// Serve all APIs, a tier, or some of them.
    Serve(serve::Serve),
    /// Serve the embedded backends alone, over HTTP.
    Backends,
    /// Check the configuration, and show where each value came from.
    Check,
    /// Get an access token from the running process.
    Token(token::Token),
    /// Write the contracts of every API.
    Openapi(openapi::Openapi),
    /// Place an order, show it, or show its timeline.
    #[command(subcommand)]
    Order(order::Order),
    /// Evaluate a return at a till, commit it, or show it.
    #[command(subcommand)]
    Return(returns::Return),
    /// Follow what happens.
    #[command(subcommand)]
    Events(events::Events),
    /// What workflows are at.
    #[command(subcommand)]
    Workflows(workflows::Workflows),
    /// What waits for a person.
    #[command(subcommand)]
    Exceptions(exceptions::Exceptions),
}

/// The whole program; the answer is its exit code.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => {
            let usage = told.use_stderr();
            // Help goes to stdout, mistakes to stderr; a closed pipe is nobody's mistake.
            drop(told.print());
            return if usage {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(Box::pin(dispatch(cli))),
        Err(error) => Err(Failure::failed(format!("no runtime: {error}"))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            print::say(&failure.to_string());
            ExitCode::from(failure.exit)
        }
    }
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    let common = cli.common;
    match cli.command {
        None => {
            up::run(
                &common,
                &up::Up {
                    no_demo: cli.no_demo,
                },
            )
            .await
        }
        Some(Command::Up(up)) => up::run(&common, &up).await,
        Some(Command::Serve(serve)) => serve::run(&common, &serve).await,
        Some(Command::Backends) => backends::run(&common).await,
        Some(Command::Check) => check::run(&common).await,
        Some(Command::Token(token)) => token::run(&common, &token).await,
        Some(Command::Openapi(openapi)) => openapi::run(&openapi).await,
        Some(Command::Order(order)) => order::run(&common, &order).await,
        Some(Command::Return(goods)) => returns::run(&common, &goods).await,
        Some(Command::Events(events)) => events::run(&common, &events).await,
        Some(Command::Workflows(workflows)) => workflows::run(&common, &workflows).await,
        Some(Command::Exceptions(exceptions)) => exceptions::run(&common, &exceptions).await,
    }
}

impl Common {
    /// The configuration with the data folder of `--data`.
    pub(crate) fn settings(&self) -> Result<(Settings, Vec<Origin>), Failure> {
        let loaded = Settings::load(self.config.as_deref());
        let (mut settings, origins) = loaded.map_err(|faults| {
            Failure::usage(format!(
                "the configuration has {} fault(s):\n{faults}",
                faults.iter().count()
            ))
        })?;
        if let Some(folder) = &self.data {
            settings.store.folder.clone_from(folder);
        }
        Ok((settings, origins))
    }

    pub(crate) fn is_json(&self) -> bool {
        self.output == Output::Json
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_everything_comes_up() {
        let cli = Cli::try_parse_from(["crossdock", "--no-demo", "--data", "x"]).unwrap();
        assert!(cli.command.is_none() && cli.no_demo);
    }
}
