//! What every command takes: where the configuration and the data are, how to write.

use crate::cli::Failure;
use crate::settings::Settings;
use clap::{Args, ValueEnum};
use crossdock_settings::Origin;
use std::path::PathBuf;

/// The options that every command takes.
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

/// How data is written to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// Tables and lines for people.
    Table,
    /// JSON for programs.
    Json,
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
