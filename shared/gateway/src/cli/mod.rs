//! The command line: one command a file. Data on stdout, messages on stderr.

mod archive;
mod audit;
mod backends;
mod backup;
mod check;
mod client;
mod common;
mod events;
mod exceptions;
mod failure;
mod fields;
mod openapi;
mod order;
pub(crate) mod print;
mod process;
mod readers;
mod restore;
mod returns;
mod serve;
mod tiers;
mod token;
mod up;
mod workflows;

pub(crate) use client::{Client, PublicClient, endpoint, read};
pub(crate) use common::Common;
pub(crate) use failure::Failure;
pub(crate) use fields::{items, money, text};
pub(crate) use order::{home, show_timeline};

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Settles every order in five ledgers: stock, points, card money, tax, the books.
#[derive(Debug, Parser)]
#[command(name = "crossdock", version, after_help = AFTER)]
struct Cli {
    #[command(flatten)]
    common: Common,
    /// Without a command: serve without playing the golden journey first.
    #[arg(long)]
    no_demo: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER: &str = "Without a command: up. Exit codes: 0 ok, 1 failed, 2 usage or configuration, \
                     3 not found, 4 refused, 5 the process or a backend is down.";

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
    /// Back up the running process into a folder, verified.
    Backup(backup::Backup),
    /// Restore a backup into an empty data folder.
    Restore(restore::Restore),
    /// List the months of what ended long ago, or erase one.
    #[command(subcommand)]
    Archive(archive::Archive),
    /// Find out whether the audit chains are what was written.
    #[command(subcommand)]
    Audit(audit::Audit),
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
    /// Follow the events of a feed, or list and forget its readers.
    #[command(subcommand)]
    Events(events::Events),
    /// List workflow instances, or show one with its journal.
    #[command(subcommand)]
    Workflows(workflows::Workflows),
    /// List what waits for a person, and let it go on.
    #[command(subcommand)]
    Exceptions(exceptions::Exceptions),
}

/// The whole program; the answer is its exit code.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => {
            let usage = message.use_stderr();
            // Help goes to stdout, mistakes to stderr; a closed pipe is nobody's mistake.
            drop(message.print());
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
            print::message(&failure.to_string());
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
        Some(Command::Backup(backup)) => backup::run(&common, &backup).await,
        Some(Command::Restore(restore)) => restore::run(&common, &restore).await,
        Some(Command::Archive(archive)) => archive::run(&common, &archive).await,
        Some(Command::Audit(audit)) => audit::run(&common, &audit).await,
        Some(Command::Token(token)) => token::run(&common, &token).await,
        Some(Command::Openapi(openapi)) => openapi::run(&openapi).await,
        Some(Command::Order(order)) => order::run(&common, &order).await,
        Some(Command::Return(goods)) => returns::run(&common, &goods).await,
        Some(Command::Events(events)) => events::run(&common, &events).await,
        Some(Command::Workflows(workflows)) => workflows::run(&common, &workflows).await,
        Some(Command::Exceptions(exceptions)) => exceptions::run(&common, &exceptions).await,
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
